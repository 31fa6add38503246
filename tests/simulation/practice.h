// The practice's process over its disk: the real core with the life of a batch
// that the committer gives it, in simulated time, and able to die at any point of
// it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "server/core/core.h"
#include "simulation/disk.h"
#include "simulation/fault_rates.h"
#include "simulation/server_store.h"
#include "simulation/stored_book.h"
#include "simulation/timeline.h"
#include "simulation/trace.h"

namespace holdfast::simulation {

class PracticeClock final : public server::Clock {
 public:
  explicit PracticeClock(const Timeline& timeline) : timeline_(timeline) {}
  std::uint64_t WallMs() const override {
    return timeline_.now_ms() + static_cast<std::uint64_t>(ahead_ms);
  }
  std::uint64_t BootMs() const override { return timeline_.now_ms() - booted_ms; }

  std::int64_t ahead_ms = 0;
  std::uint64_t booted_ms = kBeginMs - limits::kHourMs;

 private:
  const Timeline& timeline_;
};

class Practice {
 public:
  Practice(Timeline& timeline, Trace& trace, const FaultRates& rates, StoredBook& book,
           Randomness random);

  using Ask = std::function<absl::Status(server::Core&, server::Transaction&)>;
  using Answer = std::function<void(const absl::Status&)>;
  // Runs `ask` in the next batch and lets the answer out after its commit; a
  // process that is not there, or dies before, is unreachable. `grows`: not done
  // where the disk is full.
  void Submit(bool grows, Ask ask, Answer answer);

  struct Follower {
    std::function<void()> wake;
    std::function<void()> lost;  // the process is gone
  };
  // The newest follower of a mailbox; it is woken when the mailbox grows.
  void Follow(const DeviceId& device, Follower follower) {
    followers_.insert_or_assign(device, std::move(follower));
  }

  bool is_up() const { return core_ != nullptr; }
  void Start();
  // Of power: what was not synced is lost.
  void Crash(bool of_power);
  void CrashAndComeBack();
  void MakeBackup() { backup_ = disk_.rows(); }
  void RestoreBackup();
  void SetClock(std::int64_t ahead_ms);

  const TlsKeyHash& tls_key() const { return tls_key_; }
  const Rows& rows() const { return disk_.rows(); }
  bool clock_was_set() const { return clock_was_set_; }
  std::size_t restores() const { return restores_; }
  std::uint64_t restored_ms() const { return restored_ms_; }  // the last time
  // How often the store's newest incarnation became another one, and when it last
  // did. A restore may bring an older one back, and being noticed begins a new one.
  std::size_t life_changes() const { return life_changes_; }
  std::uint64_t life_changed_ms() const { return life_changed_ms_; }

 private:
  struct Item {
    bool grows = false;
    Ask ask;
    Answer answer;
  };
  void RunBatch();
  absl::Status RunItem(const Item& item, server::Transaction& transaction, bool has_room);
  server::CommitOutcome RunOnce(const std::vector<Item>& items, std::vector<absl::Status>& outcomes,
                                bool has_room);
  void LetOut(std::vector<Item>& items, const std::vector<absl::Status>& outcomes);
  void NoteLife();

  Timeline& timeline_;
  Trace& trace_;
  const FaultRates& rates_;
  StoredBook& book_;
  Randomness random_;
  SeededEntropy entropy_;
  PracticeClock clock_;
  Disk disk_;
  ServerStore store_;
  crypto::SigningSeed seed_;
  PracticeKey key_;
  TlsKeyHash tls_key_;
  std::unique_ptr<server::Core> core_;
  std::vector<Item> queue_;
  bool batch_planned_ = false;
  std::uint64_t process_ = 0;  // number of the running one
  std::map<DeviceId, Follower> followers_;
  std::optional<Rows> backup_;
  bool clock_was_set_ = false;
  std::size_t restores_ = 0;
  std::uint64_t restored_ms_ = 0;
  Bytes life_;  // the newest incarnation
  std::size_t life_changes_ = 0;
  std::uint64_t life_changed_ms_ = 0;
};

}  // namespace holdfast::simulation
