// The time in which rules of hours and rhythms are reckoned. It is the clock's own
// in every program that is installed. Only the programs of one scenario test, in
// which days pass within seconds, link another SchedulePace() in its place
// (tests/support/fast_schedule.cpp); it is no setting.
#pragma once

#include <cstdint>

namespace holdfast {

struct SchedulePace {
  std::uint64_t from_ms = 0;  // until then both times are the same
  std::uint32_t scale = 1;    // milliseconds of schedule in one of the clock, from then on
};
SchedulePace CurrentSchedulePace();

std::uint64_t ToScheduleTime(std::uint64_t clock_ms);
// The first instant by the clock that is not before it.
std::uint64_t FromScheduleTime(std::uint64_t schedule_ms);

}  // namespace holdfast
