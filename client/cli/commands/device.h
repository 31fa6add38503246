// This device while a command runs: its vault, its engine and the loop that they
// work on.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "client/cli/terminal/profile.h"
#include "client/cli/words/words.h"
#include "client/core/engine.h"
#include "client/host/loop.h"
#include "client/host/system_world.h"
#include "client/host/zone_file.h"

namespace holdfast::client::cli {

// How long a command waits for the practice beside its own work.
inline constexpr std::uint64_t kBriefSyncMs = 10'000;
// A command whose work it is; far above what a healthy exchange takes.
inline constexpr std::uint64_t kWholeSyncMs = 600'000;
inline constexpr std::uint64_t kEnrolMs = 60'000;

class Device {
 public:
  // Unlocks the profile's vault. vault_missing, wrong_passphrase, vault_busy, …
  static absl::StatusOr<std::unique_ptr<Device>> Open(const Profile& profile);
  // The same, after making an empty vault where there is none.
  static absl::StatusOr<std::unique_ptr<Device>> OpenOrCreate(const Profile& profile);
  ~Device();

  Engine& engine() { return *engine_; }
  Loop& loop() { return loop_; }
  std::uint64_t now_ms() const { return clock_.WallMs(); }
  absl::StatusOr<Words> words();

  // Begins an asynchronous call and runs the loop until its answer: unreachable
  // when none comes within `within_ms`.
  template <class Result>
  absl::StatusOr<Result> Await(const std::function<void(Done<Result>)>& begin,
                               std::uint64_t within_ms) {
    const auto answer = std::make_shared<std::optional<absl::StatusOr<Result>>>();
    begin([answer](absl::StatusOr<Result> result) { *answer = std::move(result); });
    if (!loop_.RunUntil([&] { return answer->has_value(); }, within_ms)) return NoAnswer();
    return std::move(**answer);
  }
  absl::StatusOr<SyncReport> Sync(std::uint64_t within_ms);

  // The bond that `wanted` names by the beginning of its id (4 digits or more) or by
  // its label, or the only one where it is empty. A therapist's device asks the
  // practice first for clients who have joined since. usage naming --bond.
  absl::StatusOr<BondView> Bond(const std::string& wanted);

 private:
  Device();
  absl::StatusOr<BondView> KnownBond(const std::string& wanted);
  absl::Status Unlock(const Profile& profile);
  absl::Status Create(const Profile& profile);
  absl::Status Start(std::unique_ptr<VaultStorage> storage, crypto::VaultKey key);
  static absl::Status NoAnswer();

  // The engine goes first, then what it uses, the loop last.
  Loop loop_;
  SystemClock clock_;
  SystemEntropy entropy_;
  ZoneFolder zones_{kZoneFolder};
  std::unique_ptr<VaultStorage> storage_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace holdfast::client::cli
