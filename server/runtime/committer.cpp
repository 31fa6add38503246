#include "server/runtime/committer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "rules/errors.h"
#include "rules/threads/thread_annotations.h"
#include "server/core/records/limits.h"
#include "server/core/records/refusals.h"
#include "server/runtime/answers.h"
#include "server/runtime/batch_run.h"
#include "server/runtime/committer_counts.h"
#include "server/runtime/side_thread.h"

namespace holdfast::server {
namespace {

// RocksDB never conflicts; an SQL engine may, and gives way after a few runs.
constexpr int kBatchRunsMax = 8;

using Steady = std::chrono::steady_clock;  // not moved by clock settings

std::uint64_t MicrosecondsSince(Steady::time_point begun) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begun).count());
}

absl::Status ShuttingDown() {
  return RefuseFor(Reason::kShuttingDown, "", "the practice is restarting. Try again shortly",
                   kBusyRetryMs);
}

absl::Status Busy() {
  return RefuseFor(Reason::kServerBusy, "", "the practice is busy. Try again shortly",
                   kBusyRetryMs);
}

using Items = std::vector<BatchRun::Item>;

// One at least.
Items::iterator EndOfBatch(Items::iterator at, Items::iterator end) {
  std::size_t steps = at->steps;
  for (++at; at != end && steps + at->steps <= kBatchRequestsMax; ++at) steps += at->steps;
  return at;
}

absl::Status StorageBroken() {
  return Refuse(Reason::kUnreachable, "",
                "the practice's storage failed, and it is not known whether this was stored. It "
                "is kept here and tried again when the practice is back");
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
  bool TakeQueue(std::vector<BatchRun::Item>& taken);
  void RunBatch(std::vector<BatchRun::Item> items);
  CommitOutcome Prepare(BatchRun& batch, bool has_room, bool timers_too);
  void SleepFor(std::uint64_t delay_ms);
  void Write(std::unique_ptr<BatchRun> batch);
  // --- that, or the one that writes beside it ---
  void Complete(BatchRun& batch);
  void Break(BatchRun& batch);
  void Tell(const BatchRun& batch);
  void TellTimersFailed(const BatchRun& batch);
  void Finish(BatchRun& batch);
  void FinishAll(BatchRun& batch, const absl::Status& outcome);

  Core& core;
  Store& store;
  const CommitterHooks hooks;
  Steady::time_point look_at;              // for timers, if no request comes before
  ClockState clock = ClockState::kSteady;  // as it was told last
  std::atomic<bool> failed = false;

  Mutex mutex;
  Condition wake;
  std::vector<BatchRun::Item> queue HOLDFAST_GUARDED_BY(mutex);
  bool sleeping HOLDFAST_GUARDED_BY(mutex) = false;
  bool draining HOLDFAST_GUARDED_BY(mutex) = false;
  std::atomic<bool> beat_waits = false;

  std::atomic<bool> admit_writes = true;
  std::atomic<std::size_t> waiting = 0;        // in the queue, or taken and not yet answered
  std::atomic<std::size_t> steps_waiting = 0;  // of those whose outcome is not known yet
  CommitterCounts counts;
  Answers answers;
  // Always the same: RocksDB's memtable takes its shape from random numbers that are
  // seeded by the thread, and with a new one for each batch they come out alike.
  SideThread writer;
  Mutex join_mutex;
  std::thread thread HOLDFAST_GUARDED_BY(join_mutex);
};

// False when there is nothing more to do, ever.
bool Committer::State::TakeQueue(std::vector<BatchRun::Item>& taken) {
  taken.clear();
  const MutexLock lock(mutex);
  sleeping = true;
  while (queue.empty() && !draining && wake.WaitUntil(mutex, look_at)) {
  }
  sleeping = false;
  taken.swap(queue);
  return !taken.empty() || !draining;
}

void Committer::State::Run() {
  std::vector<BatchRun::Item> taken;
  taken.reserve(kQueueRequestsMax);
  look_at = Steady::now();
  while (TakeQueue(taken)) {
    if (taken.empty()) RunBatch({});  // timers alone
    for (auto at = taken.begin(); at != taken.end();) {
      const auto end = EndOfBatch(at, taken.end());
      RunBatch({std::make_move_iterator(at), std::make_move_iterator(end)});
      at = end;
    }
  }
  writer.Wait();
}

// Until a request comes, or as long.
void Committer::State::SleepFor(std::uint64_t delay_ms) {
  look_at = Steady::now() + std::chrono::milliseconds(std::min(delay_ms, kTimerLookMs));
}

CommitOutcome Committer::State::Prepare(BatchRun& batch, bool has_room, bool timers_too) {
  batch.WorkOut(core, store, has_room, timers_too);
  writer.Wait();  // what comes before goes first
  if (failed) return CommitOutcome::kUnknown;
  return batch.sealed.ok() ? batch.transaction->Prepare() : CommitOutcome::kNotCommitted;
}

void Committer::State::RunBatch(std::vector<BatchRun::Item> items) {
  SleepFor(kTimerLookMs);
  auto batch = std::make_unique<BatchRun>();
  batch->items = std::move(items);
  if (failed) {
    writer.Wait();
    return FinishAll(*batch, StorageBroken());
  }
  bool has_room = admit_writes;
  bool timers_too = true;
  for (int run = 0; run < kBatchRunsMax; ++run) {
    switch (Prepare(*batch, has_room, timers_too)) {
      case CommitOutcome::kCommitted:
        return Write(std::move(batch));
      case CommitOutcome::kConflict:
        break;
      case CommitOutcome::kNotCommitted:
        SleepFor(kTimersRetryMs);
        counts.Undone(*batch, SteadyMs());
        if (batch->fired.count != 0) {
          const absl::Status& why = batch->sealed.ok() ? StorageFull() : batch->sealed;
          batch->fired.failures = {{{}, why, 1, kTimersRetryMs}};
          TellTimersFailed(*batch);
        }
        if (!batch->sealed.ok()) return FinishAll(*batch, batch->sealed);
        if (!timers_too) return FinishAll(*batch, StorageFull());
        // What only reads, gives space back or is stored already goes on.
        has_room = false;
        timers_too = false;
        break;
      case CommitOutcome::kUnknown:
        return Break(*batch);
    }
  }
  SleepFor(kTimersRetryMs);
  FinishAll(*batch, Busy());
}

// A herd of timers is written beside the next batch, which takes half as long. Where
// people wait, one thing at a time answers them sooner.
void Committer::State::Write(std::unique_ptr<BatchRun> batch) {
  batch->wakes = core.TakeWakes();
  SleepFor(batch->next_due_ms);
  counts.Left(*batch, SteadyMs());
  const bool is_herd = batch->items.empty() && batch->next_due_ms == 0;
  if (!is_herd) return Complete(*batch);
  writer.Start([this, herd = std::shared_ptr<BatchRun>(std::move(batch))] { Complete(*herd); });
}

void Committer::State::Complete(BatchRun& batch) {
  const bool has_writes = batch.transaction->has_writes();
  const Steady::time_point begun = Steady::now();
  if (batch.transaction->Write() != CommitOutcome::kCommitted) return Break(batch);
  if (has_writes) counts.Written(MicrosecondsSince(begun));
  counts.Committed(batch);
  Tell(batch);
  Finish(batch);
}

// Nobody knows how far it got.
void Committer::State::Break(BatchRun& batch) {
  if (!failed.exchange(true) && hooks.failed) hooks.failed(StorageBroken());
  FinishAll(batch, StorageBroken());
}

// The batch is durable: whoever is to know of it.
void Committer::State::Tell(const BatchRun& batch) {
  for (const DeviceId& device : batch.wakes) {
    if (hooks.wake) hooks.wake(device);
  }
  TellTimersFailed(batch);
  for (const DamagedBody& body : batch.damaged) {
    if (hooks.body_damaged) hooks.body_damaged(body);
  }
  if (batch.clock_step && hooks.clock_step) hooks.clock_step(*batch.clock_step);
  if (std::exchange(clock, batch.clock) != batch.clock && hooks.clock) hooks.clock(batch.clock);
}

void Committer::State::TellTimersFailed(const BatchRun& batch) {
  counts.timers_failed.fetch_add(batch.fired.failures.size(), std::memory_order_relaxed);
  if (!hooks.timer_failed) return;
  for (const TimerFailure& failure : batch.fired.failures) hooks.timer_failed(failure);
}

void Committer::State::Finish(BatchRun& batch) {
  for (const BatchRun::Item& item : batch.items) steps_waiting -= item.steps;
  answers.Give(batch.TakeAnswers());
}

void Committer::State::FinishAll(BatchRun& batch, const absl::Status& outcome) {
  batch.outcomes.assign(batch.items.size(), outcome);
  Finish(batch);
}

Committer::Committer(Core& core, Store& store, CommitterHooks hooks)
    : state_(std::make_unique<State>(core, store, std::move(hooks))) {
  {
    const MutexLock lock(state_->mutex);
    state_->queue.reserve(kQueueRequestsMax);
  }
  const MutexLock lock(state_->join_mutex);
  state_->thread = std::thread([state = state_.get()] { state->Run(); });
}

Committer::~Committer() { Drain(); }

absl::Status Committer::Submit(bool writes, Request request, Answer answer, std::size_t steps) {
  State& state = *state_;
  bool must_wake = false;
  {
    const MutexLock lock(state.mutex);
    if (state.draining) return ShuttingDown();
    if (state.waiting >= kQueueRequestsMax || state.steps_waiting >= kQueueStepsMax) return Busy();
    ++state.waiting;
    state.steps_waiting += steps;
    state.queue.push_back({writes, steps, std::move(request), std::move(answer)});
    must_wake = std::exchange(state.sleeping, false);
  }
  if (must_wake) state.wake.NotifyOne();
  return absl::OkStatus();
}

// No steps: it is beside what the queue has room for.
bool Committer::Heartbeat(std::function<void()> beat) {
  State& state = *state_;
  bool must_wake = false;
  {
    const MutexLock lock(state.mutex);
    if (state.draining || state.beat_waits.exchange(true)) return false;
    ++state.waiting;
    const auto answer = [&state, beat = std::move(beat)](const absl::Status& outcome) {
      state.beat_waits = false;
      if (outcome.ok()) beat();
    };
    state.queue.push_back({false, 0, [](Core&, Transaction&) { return absl::OkStatus(); }, answer});
    must_wake = std::exchange(state.sleeping, false);
  }
  if (must_wake) state.wake.NotifyOne();
  return true;
}

void Committer::SetAdmitWrites(bool admit) { state_->admit_writes = admit; }

void Committer::Drain() {
  {
    const MutexLock lock(state_->mutex);
    state_->draining = true;
  }
  state_->wake.NotifyOne();
  const MutexLock lock(state_->join_mutex);
  if (state_->thread.joinable()) state_->thread.join();
  state_->answers.Drain();
}

std::uint64_t Committer::batches() const { return state_->counts.batches; }

const CommitterCounts& Committer::counts() const { return state_->counts; }

std::size_t Committer::waiting() const { return state_->waiting; }

}  // namespace holdfast::server
