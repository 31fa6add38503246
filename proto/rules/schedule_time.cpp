#include "rules/schedule_time.h"

namespace holdfast {

std::uint64_t ToScheduleTime(std::uint64_t clock_ms) {
  const SchedulePace pace = CurrentSchedulePace();
  if (clock_ms <= pace.from_ms) return clock_ms;
  return pace.from_ms + (clock_ms - pace.from_ms) * pace.scale;
}

std::uint64_t FromScheduleTime(std::uint64_t schedule_ms) {
  const SchedulePace pace = CurrentSchedulePace();
  if (schedule_ms <= pace.from_ms) return schedule_ms;
  return pace.from_ms + (schedule_ms - pace.from_ms + pace.scale - 1) / pace.scale;
}

}  // namespace holdfast
