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
#include "simulation/schedule_book.h"
#include "simulation/server_store.h"
#include "simulation/stored_book.h"
#include "simulation/timeline.h"
#include "simulation/trace.h"

namespace holdfast::simulation {

class PracticeClock final : public server::Clock {
 public:
  explicit PracticeClock(const Timeline& timeline) : timeline_(timeline) {}
  std::uint64_t WallMs() const override {
    return timeline_.now_ms() + static_cast<std::uint64_t>(ahead_ms_);
  }
  std::uint64_t BootMs() const override { return timeline_.now_ms() - booted_ms_; }
  Bytes BootId() const override { return "boot " + std::to_string(boots_); }
  bool Synchronised() const override { return is_served && ahead_ms_ == 0; }

  void Set(std::int64_t ahead_ms);
  // The machine starts again, and believes what its clock shows.
  void Boot();
  bool is_right() const { return ahead_ms_ == 0; }
  // What the practice may take for now at most: the true time, but for a machine that
  // started with a clock ahead of it. Time never goes back for it.
  std::uint64_t LatestMs();

  bool is_served = false;  // by a time service, which vouches for a clock that is right

 private:
  const Timeline& timeline_;
  std::int64_t ahead_ms_ = 0;
  std::uint64_t believed_ahead_ms_ = 0;
  std::uint64_t latest_ms_ = 0;
  std::uint64_t booted_ms_ = kBeginMs - limits::kHourMs;
  std::uint64_t boots_ = 1;
};

// What a caller hears whose call finds nobody, or is cut off.
absl::Status Unreachable();

class Practice {
 public:
  Practice(Timeline& timeline, Trace& trace, const FaultRates& rates, StoredBook& book,
           ScheduleBook& schedule, Randomness random);

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
  // The operator says that the clock is right, as it is.
  void AskAboutClock();
  void ConfirmClock();

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
  // A batch without requests, for timers.
  void LookIn(std::uint64_t delay_ms);
  void FireTimers(server::Transaction& transaction, std::size_t max);
  absl::Status RunItem(const Item& item, server::Transaction& transaction, bool has_room);
  server::CommitOutcome RunOnce(const std::vector<Item>& items, std::vector<absl::Status>& outcomes,
                                bool has_room, bool timers_too);
  void GiveUp(const std::vector<Item>& items, const absl::Status& status);
  void Tell(const std::vector<DeviceId>& wakes, bool only_timers);
  void LetOut(std::vector<Item>& items, const std::vector<absl::Status>& outcomes);
  void NoteLife();

  Timeline& timeline_;
  Trace& trace_;
  const FaultRates& rates_;
  StoredBook& book_;
  ScheduleBook& schedule_;
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
  std::uint64_t looks_ = 0;    // the newest one that was planned
  server::TimersFired fired_;  // in the running batch
  bool timers_ran_ = false;
  std::uint64_t next_due_ms_ = 0;
  std::map<DeviceId, Follower> followers_;
  std::optional<Rows> backup_;
  bool clock_was_set_ = false;
  bool is_off_ = false;  // the machine, for want of power
  std::size_t restores_ = 0;
  std::uint64_t restored_ms_ = 0;
  Bytes life_;  // the newest incarnation
  std::size_t life_changes_ = 0;
  std::uint64_t life_changed_ms_ = 0;
};

}  // namespace holdfast::simulation
