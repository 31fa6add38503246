#include "simulation/practice.h"

#include <algorithm>

#include "crypto/public/practice.h"
#include "rules/errors.h"
#include "server/core/records/keys.h"
#include "server/core/records/records.pb.h"
#include "server/core/records/refusals.h"

namespace holdfast::simulation {
namespace {

constexpr std::size_t kBatchRunsMax = 8;
constexpr std::uint64_t kGatherMsMax = 3;  // what comes in meanwhile shares the batch
constexpr const char* kName = "practice";
// As the committer has them.
constexpr std::size_t kTimersMax = 128;
constexpr std::size_t kTimersBusy = 8;
constexpr std::uint64_t kRetryMs = 1'000;
// The committer looks much more often; here the clocks move only by SetClock(), and
// one that is behind holds everything up for hours.
constexpr std::uint64_t kLookMs = limits::kDayMs;
constexpr std::uint64_t kLookBehindMs = 10 * limits::kMinuteMs;
constexpr std::uint64_t kCrashAfterNewsTimes = 4;
constexpr std::uint64_t kConfirmMsMax = 4 * limits::kHourMs;

}  // namespace

absl::Status Unreachable() {
  return Refuse(Reason::kUnreachable, "", "the practice cannot be reached");
}

void PracticeClock::Set(std::int64_t ahead_ms) {
  LatestMs();
  ahead_ms_ = ahead_ms;
  believed_ahead_ms_ =
      std::min(believed_ahead_ms_, static_cast<std::uint64_t>(std::max<std::int64_t>(ahead_ms, 0)));
}

void PracticeClock::Boot() {
  booted_ms_ = timeline_.now_ms();
  ++boots_;
  believed_ahead_ms_ = static_cast<std::uint64_t>(std::max<std::int64_t>(ahead_ms_, 0));
}

std::uint64_t PracticeClock::LatestMs() {
  latest_ms_ = std::max(latest_ms_, timeline_.now_ms() + believed_ahead_ms_);
  return latest_ms_;
}

Practice::Practice(Timeline& timeline, Trace& trace, const FaultRates& rates, StoredBook& book,
                   ScheduleBook& schedule, Randomness random)
    : timeline_(timeline),
      trace_(trace),
      rates_(rates),
      book_(book),
      schedule_(schedule),
      random_(random.Split()),
      entropy_(random.Split()),
      clock_(timeline),
      store_(disk_, rates, random_),
      seed_(crypto::SigningSeed::From(entropy_.Draw(crypto::SigningSeed::size), "seed").value()),
      key_(crypto::SigningKey(seed_.Clone()).public_key<PracticeKey>()),
      tls_key_(TlsKeyHash::From(entropy_.Draw(TlsKeyHash::size), "key").value()) {
  clock_.is_served = random_.OneIn(2);
}

void Practice::Start() {
  if (is_up()) return;
  // Its clock may have been set while it was off.
  if (std::exchange(is_off_, false)) clock_.Boot();
  server::CoreConfig config{crypto::SigningKey(seed_.Clone()),
                            {{tls_key_, kBeginMs - 4 * kWeekMs, kBeginMs + 208 * kWeekMs}},
                            "practice.test:1"};
  core_ = std::make_unique<server::Core>(std::move(config), clock_, entropy_);
  const auto transaction = store_.Begin();
  const absl::Status opened = core_->Open(*transaction);
  trace_.Note(kName, opened.ok() ? "starts" : "cannot open its store");
  if (transaction->Commit() != server::CommitOutcome::kCommitted) return CrashAndComeBack();
  book_.Restarted(disk_.rows());
  schedule_.Restarted(disk_.rows());
  NoteLife();
  AskAboutClock();
  LookIn(0);
}

// After a backup of long ago, nothing but a time service or the operator says that the
// clock is right; until then what is stored has the backup's time.
void Practice::AskAboutClock() {
  if (clock_.is_served || core_->clock_state() == server::ClockState::kSteady) return;
  clock_was_set_ = true;
  timeline_.After(random_.Below(kConfirmMsMax), [this] { ConfirmClock(); });
}

void Practice::Crash(bool of_power) {
  trace_.Note(kName, of_power ? "loses power" : "is killed");
  core_.reset();
  if (of_power) {
    disk_.LosePower(random_);
    is_off_ = true;
  }
  std::vector<Item> waiting = std::exchange(queue_, {});
  for (const Item& item : waiting) item.answer(Unreachable());
  for (auto& [device, follower] : std::exchange(followers_, {})) follower.lost();
}

void Practice::CrashAndComeBack() {
  Crash(random_.OneIn(2));
  const std::uint64_t away_ms = random_.OneIn(8)
                                    ? random_.Between(limits::kHourMs, 12 * limits::kHourMs)
                                    : random_.Between(1'000, 10 * limits::kMinuteMs);
  timeline_.After(away_ms, [this] { Start(); });
}

void Practice::RestoreBackup() {
  if (!backup_) return;
  if (is_up()) Crash(true);
  disk_.Replace(*backup_);
  book_.Restored(disk_.rows());
  schedule_.Restored(disk_.rows());
  ++restores_;
  restored_ms_ = timeline_.now_ms();
  trace_.Note(kName, "is put back to an older backup");
  timeline_.After(random_.Between(limits::kMinuteMs, limits::kHourMs), [this] { Start(); });
}

void Practice::SetClock(std::int64_t ahead_ms) {
  trace_.Note(kName, "has its clock set");
  clock_.Set(ahead_ms);
  clock_was_set_ = clock_was_set_ || ahead_ms != 0;
  LookIn(random_.Below(server::kTimerLookMs));
  if (ahead_ms != 0 || clock_.is_served) return;
  timeline_.After(random_.Below(kConfirmMsMax), [this] { ConfirmClock(); });
}

void Practice::ConfirmClock() {
  if (!clock_.is_right()) return;
  Submit(
      false,
      [](server::Core& core, server::Transaction& transaction) {
        core.ConfirmClock(transaction);
        return absl::OkStatus();
      },
      [this](const absl::Status& status) {
        if (!status.ok()) return timeline_.After(kConfirmMsMax, [this] { ConfirmClock(); });
        trace_.Note(kName, "is told that its clock is right");
        LookIn(0);
      });
}

void Practice::LookIn(std::uint64_t delay_ms) {
  delay_ms = std::min(delay_ms, kLookMs);
  if (!clock_.is_right()) delay_ms = std::max(delay_ms, kLookBehindMs);
  timeline_.After(delay_ms, [this, number = ++looks_] {
    if (number == looks_ && !batch_planned_) RunBatch();
  });
}

void Practice::Submit(bool grows, Ask ask, Answer answer) {
  if (!is_up()) return answer(Unreachable());
  queue_.push_back({grows, std::move(ask), std::move(answer)});
  if (batch_planned_) return;
  batch_planned_ = true;
  timeline_.After(random_.Below(kGatherMsMax + 1), [this] { RunBatch(); });
}

// Without room a request is still asked: what it wants may be stored already.
absl::Status Practice::RunItem(const Item& item, server::Transaction& transaction, bool has_room) {
  return core_->Attempt(transaction, [&] {
    absl::Status outcome = item.ask(*core_, transaction);
    const bool grew = outcome.ok() && item.grows && transaction.has_writes_since_savepoint();
    return grew && !has_room ? server::StorageFull() : outcome;
  });
}

void Practice::FireTimers(server::Transaction& transaction, std::size_t max) {
  auto fired = core_->FireTimers(transaction, max);
  if (fired.ok()) {
    fired_ = *std::move(fired);
  } else {
    fired_.failures.push_back({{}, fired.status(), 1, kRetryMs});
  }
}

server::CommitOutcome Practice::RunOnce(const std::vector<Item>& items,
                                        std::vector<absl::Status>& outcomes, bool has_room,
                                        bool timers_too) {
  core_->BeginBatch();
  const auto transaction = store_.Begin();
  fired_ = server::TimersFired();
  timers_ran_ = timers_too;
  const std::size_t timers_max =
      items.empty() ? kTimersMax : std::max(kTimersBusy, items.size() / 4);
  if (timers_too) FireTimers(*transaction, timers_max);
  // A request of this very batch may yet say that the clock is right.
  const bool is_held = core_->clock_state() == server::ClockState::kAhead;
  core_->SetRoom(has_room);
  for (std::size_t i = 0; i < items.size(); ++i) {
    outcomes[i] = RunItem(items[i], *transaction, has_room);
  }
  const absl::Status sealed = core_->SealBatch(*transaction);
  if (!sealed.ok()) outcomes.assign(items.size(), sealed);
  const auto next_due = core_->NextDue(*transaction);
  next_due_ms_ = next_due.ok() && timers_too ? *next_due : kRetryMs;
  timers_ran_ = timers_ran_ && !is_held && fired_.failures.empty() && fired_.count < timers_max;
  return sealed.ok() ? transaction->Commit() : server::CommitOutcome::kNotCommitted;
}

void Practice::RunBatch() {
  batch_planned_ = false;
  if (!is_up()) return;
  LookIn(kLookMs);
  if (random_.PerMillion(rates_.crash_practice)) return CrashAndComeBack();
  std::vector<Item> items = std::exchange(queue_, {});
  std::vector<absl::Status> outcomes(items.size());
  bool has_room = true;
  for (std::size_t run = 0; run < kBatchRunsMax; ++run) {
    switch (RunOnce(items, outcomes, has_room, has_room)) {
      case server::CommitOutcome::kCommitted:
        return LetOut(items, outcomes);
      case server::CommitOutcome::kConflict:
        break;
      case server::CommitOutcome::kNotCommitted:
        LookIn(kRetryMs);
        if (!has_room) return GiveUp(items, server::StorageFull());
        has_room = false;
        break;
      case server::CommitOutcome::kUnknown:
        trace_.Note(kName, "does not know whether it wrote");
        GiveUp(items, Unreachable());
        return CrashAndComeBack();
    }
  }
  LookIn(kRetryMs);
  GiveUp(items, server::StorageFull());
}

void Practice::GiveUp(const std::vector<Item>& items, const absl::Status& status) {
  for (const Item& item : items) item.answer(status);
}

void Practice::LetOut(std::vector<Item>& items, const std::vector<absl::Status>& outcomes) {
  const std::vector<DeviceId> wakes = core_->TakeWakes();
  NoteLife();
  LookIn(next_due_ms_);
  Tell(wakes, items.empty());
  // What was written just now is what a crash endangers most.
  const std::uint64_t times = wakes.empty() ? 1 : kCrashAfterNewsTimes;
  if (random_.PerMillion(times * rates_.crash_practice)) {
    GiveUp(items, Unreachable());
    return CrashAndComeBack();
  }
  for (std::size_t i = 0; i < items.size(); ++i) items[i].answer(outcomes[i]);
  for (const DeviceId& device : wakes) {
    const auto follower = followers_.find(device);
    if (follower == followers_.end() || random_.PerMillion(rates_.lose_wake)) continue;
    follower->second.wake();
  }
}

void Practice::Tell(const std::vector<DeviceId>& wakes, bool only_timers) {
  ScheduleBook::Moment moment;
  moment.now_ms = timeline_.now_ms();
  moment.latest_ms = clock_.LatestMs();
  moment.is_prompt = timers_ran_ && clock_.is_right();
  moment.only_timers = only_timers;
  schedule_.Committed(disk_.rows(), moment, wakes);
}

void Practice::NoteLife() {
  const auto row = disk_.rows().find(server::keys::Practice());
  if (row == disk_.rows().end()) return;
  server::PracticeRecord record;
  if (!record.ParseFromString(row->second) || record.incarnations().empty()) return;
  const Bytes& newest = *record.incarnations().rbegin();
  if (newest == life_) return;
  trace_.Note(kName, "has another life of its store", newest);
  if (!life_.empty()) {
    ++life_changes_;
    life_changed_ms_ = timeline_.now_ms();
  }
  life_ = newest;
}

}  // namespace holdfast::simulation
