// This device while a command runs: its vault, its engine and the loop that they
// work on.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/commands/unlocking.h"
#include "client/cli/terminal/held_signals.h"
#include "client/cli/terminal/profile.h"
#include "client/cli/words/words.h"
#include "client/core/engine.h"
#include "client/host/loop.h"
#include "client/host/system_world.h"
#include "client/host/zone_file.h"
#include "client/transport/grpc_transport.h"
#include "crypto/vault_key.h"

namespace holdfast::client::cli {

// How long a person waits for the practice before they are told that it is tried, or shown what is
// here already.
inline constexpr std::uint64_t kSoonMs = 1000;
inline constexpr std::string_view kTrying = "Trying the practice…";
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

  // May be used between calls of WithoutVault, not across one.
  Engine& engine() { return *engine_; }
  bool is_open() const { return engine_ != nullptr; }
  // What is here was imported: there is no practice to ask, and nothing to write.
  bool reads_only() const { return engine_->imported().has_value(); }
  // Lets go of the vault while `ask` waits for a person, so that other commands can use it,
  // and takes it again, without the passphrase. Where it cannot be had within kVaultWait, or
  // not at all, it stays closed: vault_busy, storage_failed and the like.
  absl::Status WithoutVault(const std::function<void()>& ask);
  // The same in two steps; taken again, where it can be had within `wait`.
  void LetVaultGo();
  absl::Status TakeVaultAgain(std::chrono::milliseconds wait);
  const std::filesystem::path& vault_file() const { return file_; }
  // Until when an agent holds the key that opened it; 0 where the passphrase did.
  std::uint64_t unlocked_until_ms() const { return unlocked_until_ms_; }
  // The passphrase of a new vault counts in another form than it was given in.
  bool passphrase_changed() const { return passphrase_changed_; }
  Loop& loop() { return loop_; }
  std::uint64_t now_ms() const { return clock_.WallMs(); }
  // As of now, or the moment that is held: what is said again differs only where things do.
  absl::StatusOr<Words> words();
  // Those that this vault holds beside the ones that come along; what this version cannot read of
  // them is left out.
  absl::StatusOr<std::vector<forms::FormRef>> forms();
  void HoldWords(std::optional<std::uint64_t> at_ms) { words_at_ms_ = at_ms; }

  // Begins an asynchronous call and runs the loop until its answer: unreachable
  // when none comes within `within_ms`, or a signal that HeldSignals notes ends the wait.
  template <class Result>
  absl::StatusOr<Result> Await(const std::function<void(Done<Result>)>& begin,
                               std::uint64_t within_ms) {
    const auto answer = std::make_shared<std::optional<absl::StatusOr<Result>>>();
    begin([answer](absl::StatusOr<Result> result) { *answer = std::move(result); });
    const auto ended = [&] { return answer->has_value() || HeldSignals::noted() != 0; };
    if (!loop_.RunUntil(ended, within_ms) || !answer->has_value()) return NoAnswer();
    return std::move(**answer);
  }
  absl::StatusOr<SyncReport> Sync(std::uint64_t within_ms);
  // The same in parts, while something else is done in between: begins one; whether it has ended
  // within so long, or a signal the wait; and what came of it by then.
  void BeginSync();
  bool SyncEnds(std::uint64_t within_ms);
  absl::Status SyncEnd(std::uint64_t within_ms);
  // What asks the practice by itself, to know who is meant, does not.
  void AskNobody() { has_asked_ = true; }
  // Called once, where the practice has not answered a Sync within kSoonMs.
  void OnSlow(std::function<void()> tell) { tell_slow_ = std::move(tell); }

  // The bond that `wanted` names (BondsMeant), or the only one where it is empty; one that
  // has ended only where no other can be meant. A therapist's device asks the practice
  // first for clients who have joined since, unless it has been asked. usage naming --bond.
  absl::StatusOr<BondView> Bond(const std::string& wanted);
  // usage naming `field` where somebody else, whose bond has not ended, is called so.
  absl::Status CheckNameIsFree(const std::string& name, std::string_view field,
                               const std::optional<BondId>& whose = std::nullopt);

 private:
  explicit Device(std::filesystem::path file);
  absl::StatusOr<BondView> KnownBond(const std::string& wanted);
  // Those of `bonds` that have not ended.
  absl::StatusOr<std::vector<BondView>> OpenBonds(const std::vector<BondView>& bonds);
  absl::Status Unlock(const Profile& profile);
  absl::Status Create(const Profile& profile);
  absl::Status Start(std::unique_ptr<VaultStorage> storage, crypto::VaultKey key);
  static absl::Status NoAnswer();

  const std::filesystem::path file_;
  crypto::VaultKey key_;
  bool passphrase_changed_ = false;
  std::uint64_t unlocked_until_ms_ = 0;
  // The engine goes first, then what it uses, the loop last.
  Loop loop_;
  SystemClock clock_;
  SystemEntropy entropy_;
  ZoneFolder zones_{kZoneFolder};
  std::unique_ptr<VaultStorage> storage_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Engine> engine_;
  std::optional<std::uint64_t> words_at_ms_;
  std::map<Bytes, forms::FormRef> read_forms_;  // null: cannot be read
  std::function<void()> tell_slow_;
  bool has_asked_ = false;  // the practice, by a sync, or is not to
  std::shared_ptr<std::optional<absl::StatusOr<SyncReport>>> sync_;  // that was begun
};

}  // namespace holdfast::client::cli
