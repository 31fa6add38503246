#include "server/runtime/batch_run.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "rules/errors.h"
#include "server/core/records/refusals.h"

namespace holdfast::server {
namespace {

std::size_t TimersBeside(std::size_t requests) {
  return requests == 0 ? kBatchTimersMax : std::max(kBatchTimersBusy, requests / 4);
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

absl::StatusOr<TimersFired> FireTimers(Core& core, Transaction& transaction, std::size_t max) {
  try {
    return core.FireTimers(transaction, max);
  } catch (const std::exception& error) {
    return Refuse(Reason::kInternal, "", error.what());
  }
}

TimersFired NoneFired(const absl::Status& why) {
  TimersFired fired;
  fired.failures.push_back({{}, why, 1, kTimersRetryMs});
  return fired;
}

// Without room a writer is still asked: what it wants may be stored already.
absl::Status RunItem(const BatchRun::Item& item, Core& core, Transaction& transaction,
                     bool has_room) {
  return core.Attempt(transaction, [&] {
    absl::Status outcome = RunGuarded(item.request, core, transaction);
    const bool grew = outcome.ok() && item.writes && transaction.has_writes_since_savepoint();
    return grew && !has_room ? StorageFull() : outcome;
  });
}

}  // namespace

void BatchRun::WorkOut(Core& core, Store& store, bool has_room, bool timers_too) {
  core.BeginBatch();
  transaction.reset();  // one at a time
  transaction = store.Begin();
  absl::StatusOr<TimersFired> timers = TimersFired();
  // Timers go on below the disk floor, whose reserve is for them too.
  if (timers_too) timers = FireTimers(core, *transaction, TimersBeside(items.size()));
  core.SetRoom(has_room);
  outcomes.clear();
  for (const Item& item : items) {
    outcomes.push_back(RunItem(item, core, *transaction, has_room));
  }
  sealed = core.SealBatch(*transaction);
  const absl::StatusOr<std::uint64_t> next_due = core.NextDue(*transaction);
  // Where they could not be read, what is due stays due, and must not be tried all the time.
  next_due_ms = next_due.ok() && timers_too && timers.ok() ? *next_due : kTimersRetryMs;
  overdue_ms = core.OverdueMs();
  promises = core.promises();
  fired = timers.ok() ? *std::move(timers) : NoneFired(timers.status());
  clock = core.clock_state();
  if (const auto step = core.TakeClockStep()) clock_step = step;
  damaged = core.TakeDamagedBodies();
}

std::vector<DueAnswer> BatchRun::TakeAnswers() {
  std::vector<DueAnswer> answers;
  answers.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    answers.push_back({std::move(items[i].answer), std::move(outcomes[i])});
  }
  return answers;
}

}  // namespace holdfast::server
