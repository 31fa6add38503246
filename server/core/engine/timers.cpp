#include "server/core/engine/timers.h"

#include <algorithm>
#include <exception>

#include "server/core/engine/context.h"
#include "server/core/engine/savepoint.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// Everything before has fired. Scans start there, for walking over a year of
// erased keys takes longer than all the rest.
absl::StatusOr<Bytes> LowWater(Transaction& transaction) {
  HOLDFAST_ASSIGN_OR_RETURN(auto low, transaction.Get(keys::TimerLowWater(kTimerPartition)));
  if (low) return *std::move(low);
  return keys::Timer(kTimerPartition, 0, 0, {});
}

std::uint64_t DueIn(BytesView low_water) { return keys::ParseTimer(low_water).due_ms; }

Key<TimerRecord> KeyOf(const Timer& timer) {
  return keys::Timer(kTimerPartition, timer.due_ms, static_cast<std::uint8_t>(timer.kind),
                     timer.owner);
}

void Put(Transaction& transaction, const Timer& timer) {
  TimerRecord record;
  record.set_generation(timer.generation);
  record.set_attempts(timer.attempts);
  Save(transaction, KeyOf(timer), record);
}

struct Due {
  std::vector<Timer> timers;
  std::uint64_t next_ms = kNoTimerMs;  // of the first one left out
};

// The first of those that are due.
absl::StatusOr<Due> ReadDue(Transaction& transaction, std::uint64_t now_ms, std::size_t max) {
  HOLDFAST_ASSIGN_OR_RETURN(Bytes begin, LowWater(transaction));
  begin.push_back('\0');  // the low water mark itself has fired
  Due due;
  const auto take = [&](BytesView key, TimerRecord& record) {
    const keys::TimerKey parsed = keys::ParseTimer(key);
    if (parsed.due_ms > now_ms || due.timers.size() == max) {
      due.next_ms = parsed.due_ms;
      return false;
    }
    due.timers.push_back({parsed.due_ms, static_cast<TimerKind>(parsed.kind), Bytes(parsed.owner),
                          record.generation(), record.attempts()});
    return true;
  };
  HOLDFAST_RETURN_IF_ERROR(Scan(transaction, Key<TimerRecord>(std::move(begin)),
                                keys::TimersEnd(kTimerPartition), max + 1, take));
  return due;
}

// A defect in one effect is no reason for the others to wait.
absl::Status RunGuarded(const TimerEffect& effect, const Timer& timer) {
  try {
    return effect(timer);
  } catch (const std::exception& error) {
    return Refuse(Reason::kInternal, "", error.what());
  }
}

void FireGuarded(Context& context, Transaction& transaction, const Timer& timer,
                 const TimerEffect& effect, TimersFired& fired) {
  const Key<TimerRecord> key = KeyOf(timer);
  const auto pass = [&] {
    transaction.Erase(key);
    transaction.Put(keys::TimerLowWater(kTimerPartition), key);
  };
  Savepoint savepoint(context, transaction);
  pass();
  const absl::Status status = RunGuarded(effect, timer);
  ++fired.count;
  const std::uint64_t now_ms = context.engine_clock.now_ms();
  fired.late_ms.push_back(now_ms - std::min(now_ms, timer.due_ms));
  if (status.ok()) return;
  savepoint.RollBack();
  pass();
  const std::uint64_t retry_ms =
      std::min(kTimerRetryMsMax, kTimerRetryMs << std::min<std::uint32_t>(timer.attempts, 16));
  Timer later = timer;
  later.due_ms = now_ms + retry_ms;
  ++later.attempts;
  Put(transaction, later);
  context.schedule.Armed(later.due_ms);
  fired.failures.push_back({timer, status, later.attempts, retry_ms});
}

}  // namespace

absl::Status Arm(Context& context, Transaction& transaction, const Timer& timer) {
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes low_water, LowWater(transaction));
  Timer armed = timer;
  if (KeyOf(timer) <= low_water) armed.due_ms = DueIn(low_water) + 1;
  Put(transaction, armed);
  context.schedule.Armed(armed.due_ms);
  return absl::OkStatus();
}

absl::StatusOr<TimersFired> FireDueTimers(Context& context, Transaction& transaction,
                                          std::size_t max, const TimerEffect& effect,
                                          const TimerForesight& foresee) {
  TimersFired fired;
  const std::uint64_t now_ms = context.engine_clock.now_ms();
  TimerSchedule& schedule = context.schedule;
  if (context.engine_clock.state() == ClockState::kAhead) return fired;
  while (!schedule.next_ms() || *schedule.next_ms() <= now_ms) {
    if (fired.count >= max || !context.batch.HasRoom(kLeavesPerStepMax)) return fired;
    HOLDFAST_ASSIGN_OR_RETURN(
        const Due due, ReadDue(transaction, now_ms, std::min(max - fired.count, kTimersReadMax)));
    schedule.Looked(due.next_ms);
    if (foresee) foresee(due.timers);
    for (const Timer& timer : due.timers) {
      // What an effect armed may come first: look again.
      if (!context.batch.HasRoom(kLeavesPerStepMax) || schedule.armed_ms() <= timer.due_ms) {
        schedule.Looked(timer.due_ms);
        break;
      }
      FireGuarded(context, transaction, timer, effect, fired);
    }
  }
  return fired;
}

absl::StatusOr<std::uint64_t> FirstTimerMs(Transaction& transaction) {
  HOLDFAST_ASSIGN_OR_RETURN(const Due due, ReadDue(transaction, 0, 1));
  return due.timers.empty() ? due.next_ms : due.timers.front().due_ms;
}

absl::StatusOr<std::uint64_t> NextTimerDelay(Context& context, Transaction& transaction) {
  const std::uint64_t now_ms = context.engine_clock.now_ms();
  if (context.engine_clock.state() == ClockState::kAhead) return kNoTimerMs;
  if (!context.schedule.next_ms()) {
    HOLDFAST_ASSIGN_OR_RETURN(const Due due, ReadDue(transaction, now_ms, 1));
    context.schedule.Looked(due.timers.empty() ? due.next_ms : due.timers.front().due_ms);
  }
  const std::uint64_t next_ms = *context.schedule.next_ms();
  if (next_ms == kNoTimerMs) return kNoTimerMs;
  return next_ms <= now_ms ? 0 : next_ms - now_ms;
}

std::uint64_t TimersOverdueMs(const Context& context) {
  const std::uint64_t now_ms = context.engine_clock.now_ms();
  if (context.engine_clock.state() == ClockState::kAhead) return 0;
  return now_ms - std::min(now_ms, context.schedule.next_ms().value_or(now_ms));
}

}  // namespace holdfast::server
