// The programs whose schedules run faster: of what they plan a day takes seconds.
#pragma once

#include <cstdint>
#include <string>

#include "support/couple.h"

namespace holdfast::test {

inline constexpr std::uint64_t kFastTimes = 3600;  // as fast as the calendar

// From now on; processes that this one starts read it from their environment.
Programs FastPrograms();

// The date in so many days, as people write it: of the schedule, long after any test.
std::string DayFromNow(int days);

}  // namespace holdfast::test
