#include "server/runtime/committer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "rules/errors.h"
#include "server/core/limits.h"
#include "server/core/refusals.h"
#include "server/runtime/answers.h"

namespace holdfast::server {
namespace {

// RocksDB never conflicts; an SQL engine may, and gives way after a few runs.
constexpr int kBatchRunsMax = 8;

using Steady = std::chrono::steady_clock;  // not moved by clock settings

struct Item {
  bool writes = false;
  Request request;
  Answer answer;
};

absl::Status ShuttingDown() {
  return RefuseFor(Reason::kShuttingDown, "", "the practice is restarting. Try again shortly",
                   kBusyRetryMs);
}

absl::Status Busy() {
  return RefuseFor(Reason::kServerBusy, "", "the practice is busy. Try again shortly",
                   kBusyRetryMs);
}

absl::Status StorageBroken() {
  return Refuse(Reason::kUnreachable, "",
                "the practice's storage failed, and it is not known whether this was stored. It "
                "is kept here and tried again when the practice is back");
}

absl::Status RunGuarded(const Request& request, Core& core, Transaction& transaction) {
  try {
    return request(core, transaction);
  } catch (const std::exception& error) {
    return Refuse(Reason::kInternal, "", error.what());
  } catch (...) {
    return Refuse(Reason::kInternal, "", "an unknown exception");
  }
}

}  // namespace

struct Committer::State {
  State(Core& the_core, Store& the_store, CommitterHooks the_hooks)
      : core(the_core),
        store(the_store),
        hooks(std::move(the_hooks)),
        answers([this](std::size_t given) { waiting -= given; }) {}

  // --- the committer's thread ---
  void Run();
  bool TakeQueue(std::vector<Item>& taken);
  void RunBatch(std::span<Item> items);
  CommitOutcome RunOnce(std::span<Item> items, bool has_room, bool timers_too);
  absl::Status RunItem(const Item& item, Transaction& transaction, bool has_room);
  void FireTimers(Transaction& transaction, std::size_t max);
  void SleepFor(std::uint64_t delay_ms);
  void TellTimersFailed();
  void Tell();
  void Finish(std::span<Item> items);
  void FinishAll(std::span<Item> items, const absl::Status& outcome);

  Core& core;
  Store& store;
  const CommitterHooks hooks;
  std::vector<absl::Status> outcomes;  // of the running batch, one for each item
  absl::Status sealed;                 // of the running batch
  TimersFired fired;                   // in the running batch
  std::uint64_t next_due_ms = 0;       // from the running batch's end
  Steady::time_point look_at;          // for timers, if no request comes before
  ClockState clock = ClockState::kSteady;
  bool failed = false;

  std::mutex mutex;
  std::condition_variable wake;
  std::vector<Item> queue;  // guarded by mutex, as are the next two
  bool sleeping = false;
  bool draining = false;

  std::atomic<bool> admit_writes = true;
  std::atomic<std::size_t> waiting = 0;  // in the queue, or taken and not yet answered
  std::atomic<std::uint64_t> batches = 0;
  Answers answers;
  std::mutex join_mutex;
  std::thread thread;
};

// False when there is nothing more to do, ever.
bool Committer::State::TakeQueue(std::vector<Item>& taken) {
  taken.clear();
  std::unique_lock lock(mutex);
  sleeping = true;
  wake.wait_until(lock, look_at, [&] { return !queue.empty() || draining; });
  sleeping = false;
  taken.swap(queue);
  return !taken.empty() || !draining;
}

void Committer::State::Run() {
  std::vector<Item> taken;
  taken.reserve(kQueueRequestsMax);
  look_at = Steady::now();
  while (TakeQueue(taken)) {
    const std::span<Item> all(taken);
    if (all.empty()) RunBatch(all);  // timers alone
    for (std::size_t at = 0; at < all.size(); at += kBatchRequestsMax) {
      const std::size_t size = std::min(kBatchRequestsMax, all.size() - at);
      RunBatch(all.subspan(at, size));
    }
  }
}

void Committer::State::FireTimers(Transaction& transaction, std::size_t max) {
  absl::StatusOr<TimersFired> result;
  try {
    result = core.FireTimers(transaction, max);
  } catch (const std::exception& error) {
    result = Refuse(Reason::kInternal, "", error.what());
  }
  if (result.ok()) {
    fired = *std::move(result);
  } else {
    fired.failures.push_back({{}, result.status(), 1, kTimersRetryMs});
  }
}

// Until a request comes, or as long.
void Committer::State::SleepFor(std::uint64_t delay_ms) {
  look_at = Steady::now() + std::chrono::milliseconds(std::min(delay_ms, kTimerLookMs));
}

void Committer::State::TellTimersFailed() {
  if (!hooks.timer_failed) return;
  for (const TimerFailure& failure : fired.failures) hooks.timer_failed(failure);
}

// Without room a writer is still asked: what it wants may be stored already.
absl::Status Committer::State::RunItem(const Item& item, Transaction& transaction, bool has_room) {
  transaction.SetSavepoint();
  absl::Status outcome = RunGuarded(item.request, core, transaction);
  if (outcome.ok() && item.writes && !has_room && transaction.has_writes_since_savepoint()) {
    outcome = StorageFull();
  }
  if (!outcome.ok()) transaction.RollbackToSavepoint();
  return outcome;
}

CommitOutcome Committer::State::RunOnce(std::span<Item> items, bool has_room, bool timers_too) {
  core.BeginBatch();
  const std::unique_ptr<Transaction> transaction = store.Begin();
  fired = TimersFired();
  // Timers go on below the disk floor, whose reserve is for them too.
  if (timers_too) FireTimers(*transaction, items.empty() ? kBatchTimersMax : kBatchTimersBusyMax);
  core.SetRoom(has_room);
  for (std::size_t i = 0; i < items.size(); ++i) {
    outcomes[i] = RunItem(items[i], *transaction, has_room);
  }
  sealed = core.SealBatch(*transaction);
  if (!sealed.ok()) return CommitOutcome::kNotCommitted;
  const absl::StatusOr<std::uint64_t> next_due = core.NextDue(*transaction);
  next_due_ms = next_due.ok() && timers_too ? *next_due : kTimersRetryMs;
  const bool has_writes = transaction->has_writes();
  const CommitOutcome outcome = transaction->Commit();
  if (outcome == CommitOutcome::kCommitted && has_writes) ++batches;
  return outcome;
}

void Committer::State::RunBatch(std::span<Item> items) {
  SleepFor(kTimerLookMs);
  if (failed) return FinishAll(items, StorageBroken());
  outcomes.resize(items.size());
  bool has_room = admit_writes;
  bool timers_too = true;
  for (int run = 0; run < kBatchRunsMax; ++run) {
    switch (RunOnce(items, has_room, timers_too)) {
      case CommitOutcome::kCommitted:
        Tell();
        return Finish(items);
      case CommitOutcome::kConflict:
        break;
      case CommitOutcome::kNotCommitted:
        SleepFor(kTimersRetryMs);
        if (fired.count != 0) {
          fired.failures = {{{}, sealed.ok() ? StorageFull() : sealed, 1, kTimersRetryMs}};
          TellTimersFailed();
        }
        if (!sealed.ok()) return FinishAll(items, sealed);
        if (!timers_too) return FinishAll(items, StorageFull());
        // What only reads, gives space back or is stored already goes on.
        has_room = false;
        timers_too = false;
        break;
      case CommitOutcome::kUnknown:
        failed = true;
        if (hooks.failed) hooks.failed(StorageBroken());
        return FinishAll(items, StorageBroken());
    }
  }
  SleepFor(kTimersRetryMs);
  FinishAll(items, Busy());
}

// The batch is committed: whoever is to know of it.
void Committer::State::Tell() {
  SleepFor(next_due_ms);
  for (const DeviceId& device : core.TakeWakes()) {
    if (hooks.wake) hooks.wake(device);
  }
  TellTimersFailed();
  if (const ClockState now = core.clock_state(); now != clock) {
    clock = now;
    if (hooks.clock) hooks.clock(now);
  }
}

void Committer::State::Finish(std::span<Item> items) {
  std::vector<DueAnswer> due;
  due.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    due.push_back({std::move(items[i].answer), std::move(outcomes[i])});
  }
  answers.Give(std::move(due));
}

void Committer::State::FinishAll(std::span<Item> items, const absl::Status& outcome) {
  outcomes.assign(items.size(), outcome);
  Finish(items);
}

Committer::Committer(Core& core, Store& store, CommitterHooks hooks)
    : state_(std::make_unique<State>(core, store, std::move(hooks))) {
  state_->queue.reserve(kQueueRequestsMax);
  state_->thread = std::thread([state = state_.get()] { state->Run(); });
}

Committer::~Committer() { Drain(); }

absl::Status Committer::Submit(bool writes, Request request, Answer answer) {
  State& state = *state_;
  bool must_wake = false;
  {
    const std::lock_guard lock(state.mutex);
    if (state.draining) return ShuttingDown();
    if (state.waiting >= kQueueRequestsMax) return Busy();
    ++state.waiting;
    state.queue.push_back({writes, std::move(request), std::move(answer)});
    must_wake = std::exchange(state.sleeping, false);
  }
  if (must_wake) state.wake.notify_one();
  return absl::OkStatus();
}

void Committer::SetAdmitWrites(bool admit) { state_->admit_writes = admit; }

void Committer::Drain() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->draining = true;
  }
  state_->wake.notify_one();
  const std::lock_guard lock(state_->join_mutex);
  if (state_->thread.joinable()) state_->thread.join();
  state_->answers.Drain();
}

std::uint64_t Committer::batches() const { return state_->batches; }

}  // namespace holdfast::server
