#include "server/core/engine/engine_clock.h"

#include <algorithm>
#include <utility>

#include "rules/planted.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/records.h"

namespace holdfast::server {

absl::Status EngineClock::Open(Transaction& transaction) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Find(transaction, keys::EngineClock()));
  const std::uint64_t wall_ms = clock_->WallMs();
  const std::uint64_t boot_ms = clock_->BootMs();
  const Bytes boot_id = clock_->BootId();
  const bool is_same_boot = record && !boot_id.empty() && record->boot_id() == boot_id &&
                            record->anchor_boot_ms() <= boot_ms;
  now_ms_ = record ? record->newest_ms() : 0;
  if (is_same_boot) {
    anchor_wall_ms_ = record->anchor_wall_ms();
    anchor_boot_ms_ = record->anchor_boot_ms();
    written_ms_ = now_ms_;
  } else {
    const bool is_too_far = record && wall_ms > now_ms_ + kClockUntendedMsMax;
    if (record && wall_ms > now_ms_ && !is_too_far) {
      step_ = ClockStep{ClockStep::Cause::kStart, now_ms_, wall_ms};
    }
    Anchor(is_too_far ? now_ms_ : std::max(wall_ms, now_ms_), boot_ms);
  }
  Observe();
  WriteSometimes(transaction);
  BatchCommitted();  // without that nothing opens
  return absl::OkStatus();
}

void EngineClock::BatchCommitted() {
  if (!std::exchange(in_batch_, false)) return;
  written_ms_ = now_ms_;
  anchor_moved_ = false;
}

void EngineClock::Observe() {
  in_batch_ = false;
  const std::uint64_t wall_ms = clock_->WallMs();
  const std::uint64_t boot_ms = clock_->BootMs();
  std::uint64_t passed_ms =
      anchor_wall_ms_ + (std::max(boot_ms, anchor_boot_ms_) - anchor_boot_ms_);
  const std::uint64_t apart_ms = std::max(wall_ms, passed_ms) - std::min(wall_ms, passed_ms);
  if (apart_ms > kClockAgreesMs &&
      (clock_->Synchronised() || HOLDFAST_PLANTED(kBelieveJumpedClock))) {
    step_ = ClockStep{ClockStep::Cause::kSystem, passed_ms, wall_ms};
    Anchor(wall_ms, boot_ms);
    passed_ms = wall_ms;
    now_ms_ = std::min(now_ms_, wall_ms);
  }
  state_ = wall_ms > passed_ms + kClockAheadMsMax   ? ClockState::kAhead
           : passed_ms > wall_ms + kClockAheadMsMax ? ClockState::kBehind
                                                    : ClockState::kSteady;
  now_ms_ = std::max(now_ms_, std::min(wall_ms, passed_ms));
}

void EngineClock::Confirm(Transaction& transaction) {
  const std::uint64_t wall_ms = clock_->WallMs();
  if (wall_ms != now_ms_) step_ = ClockStep{ClockStep::Cause::kOperator, now_ms_, wall_ms};
  Anchor(wall_ms, clock_->BootMs());
  now_ms_ = wall_ms;
  state_ = ClockState::kSteady;
  Write(transaction);
}

bool EngineClock::wants_write() const {
  return anchor_moved_ || now_ms_ >= written_ms_ + kEngineClockIdleWriteMs;
}

void EngineClock::WriteSometimes(Transaction& transaction) {
  if (anchor_moved_ || now_ms_ >= written_ms_ + kEngineClockWriteMs) Write(transaction);
}

void EngineClock::Anchor(std::uint64_t wall_ms, std::uint64_t boot_ms) {
  anchor_wall_ms_ = wall_ms;
  anchor_boot_ms_ = boot_ms;
  anchor_moved_ = true;
}

void EngineClock::Write(Transaction& transaction) {
  EngineClockRecord record;
  record.set_newest_ms(now_ms_);
  record.set_anchor_wall_ms(anchor_wall_ms_);
  record.set_anchor_boot_ms(anchor_boot_ms_);
  record.set_boot_id(clock_->BootId());
  Save(transaction, keys::EngineClock(), record);
  in_batch_ = true;
}

}  // namespace holdfast::server
