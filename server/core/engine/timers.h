// Timers: records of what is to happen, and when. Firing one erases it, does its
// effect and arms what follows, in one transaction; so it happens once, however
// often the process dies in between. What a timer finds changed since it was armed
// (another generation) it leaves alone, so nobody has to look for a timer to
// cancel it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"
#include "server/core/engine/schedule.h"
#include "server/store/store.h"

namespace holdfast::server {

struct Context;

// What fires first where two are due in the same millisecond.
enum class TimerKind : std::uint8_t {
  kSlotCloses = 1,       // owner: bond, slot
  kSlotOpens = 2,        // owner: bond
  kPromiseDue = 3,       // owner: bond, envelope
  kSlotReminder = 4,     // owner: bond, slot
  kPromiseReminder = 5,  // owner: bond, envelope
  // Owner: bond, when the condition came true, position; so those that were held
  // come in that order.
  kAheadDue = 6,
  kMailboxSweep = 7,  // owner: device, which came off its account's list
  kForgetLink = 8,    // owner: lookup id of a link
};

// One process fires them all.
inline constexpr std::uint8_t kTimerPartition = 0;

struct Timer {
  std::uint64_t due_ms = 0;  // by the engine's time
  TimerKind kind = TimerKind::kSlotCloses;
  Bytes owner;
  std::uint64_t generation = 0;  // of what it is about, when it was armed
  std::uint32_t attempts = 0;    // that failed
};

// Replaces a timer of the same time, kind and owner. One for the past is due now,
// after all that have fired.
absl::Status Arm(Context& context, Transaction& transaction, const Timer& timer);

// Does what a timer is for. What it refuses is undone, and tried again later.
using TimerEffect = std::function<absl::Status(const Timer&)>;
// Reads ahead what the effects of these timers, at most kTimersReadMax, will ask for.
using TimerForesight = std::function<void(std::span<const Timer>)>;
struct TimerFailure {
  Timer timer;  // this attempt is not yet counted
  absl::Status status;
  std::uint32_t attempts = 0;  // that failed, this one included
  std::uint64_t retry_in_ms = 0;
};
struct TimersFired {
  std::size_t count = 0;  // failed ones included
  // How long after its time each was fired.
  std::vector<std::uint64_t> late_ms;
  std::vector<TimerFailure> failures;
};
// Fires at most `max` timers that are due, in order of due time, kind and owner,
// those included that the effects arm. None while the clock is not believed.
// Nothing is read where none is due as far as the schedule knows.
// `foresee` is told of those that may come next.
absl::StatusOr<TimersFired> FireDueTimers(Context& context, Transaction& transaction,
                                          std::size_t max, const TimerEffect& effect,
                                          const TimerForesight& foresee = nullptr);

// When the first timer that has not fired is due, by the engine's time; kNoTimerMs: none is
// armed.
absl::StatusOr<std::uint64_t> FirstTimerMs(Transaction& transaction);

// In milliseconds of boot time until FireDueTimers may have something to do: 0, now;
// kNoTimerMs: nothing is armed, or timers are held. Clocks may be set meanwhile:
// ask again after kTimerLookMs at the latest.
absl::StatusOr<std::uint64_t> NextTimerDelay(Context& context, Transaction& transaction);

// By how much the first timer that has not fired is late, as far as the schedule knows; 0
// where none is, or timers are held.
std::uint64_t TimersOverdueMs(const Context& context);

}  // namespace holdfast::server
