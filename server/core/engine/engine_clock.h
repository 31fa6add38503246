// The engine's time: what timers and stored times go by. It follows boot time from
// an anchor, the last moment at which the wall clock could be believed, and is
// never ahead of the wall clock. So a wall clock that jumps forward fires nothing
// early, and one that is set back neither.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "server/core/records/world.h"
#include "server/store/store.h"

namespace holdfast::server {

enum class ClockState : std::uint8_t {
  kSteady,
  // The wall clock is more than kClockAheadMsMax ahead of the time that has passed
  // since it could be believed: timers are held until the system says that it is
  // synchronised, or the operator confirms it.
  kAhead,
  // It was set back by more than that: nothing is due until it has caught up, or
  // the same happens.
  kBehind,
};

// The engine's time was put to the wall clock's, whatever lay between.
struct ClockStep {
  enum class Cause : std::uint8_t { kStart, kSystem, kOperator };

  Cause cause = Cause::kStart;
  std::uint64_t from_ms = 0;
  std::uint64_t to_ms = 0;
};

class EngineClock {
 public:
  explicit EngineClock(const Clock& clock) : clock_(&clock) {}

  // Takes up what the process before left: over a restart of the process the
  // anchor holds, after one of the machine the wall clock is the new anchor, unless
  // it is older than the time that was reached, or more than kClockUntendedMsMax ahead
  // of it: then timers are held as for any jump.
  absl::Status Open(Transaction& transaction);
  // Looks at the clocks. In between, time stands still: once a batch.
  void Observe();
  // What was written in the batch is kept. Without this it is written again.
  void BatchCommitted();

  std::uint64_t now_ms() const { return now_ms_; }
  ClockState state() const { return state_; }
  // There is something to write although the batch writes nothing: the anchor moved, or
  // kEngineClockIdleWriteMs passed.
  bool wants_write() const;
  // The newest step, once.
  std::optional<ClockStep> TakeStep() { return std::exchange(step_, std::nullopt); }

  // The wall clock is right, whatever it was before.
  void Confirm(Transaction& transaction);
  // Writes what Open reads, where kEngineClockWriteMs passed or the anchor moved.
  void WriteSometimes(Transaction& transaction);

 private:
  void Anchor(std::uint64_t wall_ms, std::uint64_t boot_ms);
  void Write(Transaction& transaction);

  const Clock* clock_;
  std::uint64_t anchor_wall_ms_ = 0;
  std::uint64_t anchor_boot_ms_ = 0;
  std::uint64_t now_ms_ = 0;
  std::uint64_t written_ms_ = 0;  // now_ms_ when it was written last
  bool anchor_moved_ = false;
  bool in_batch_ = false;  // written, and the batch not committed yet
  ClockState state_ = ClockState::kSteady;
  std::optional<ClockStep> step_;
};

}  // namespace holdfast::server
