// The parts of dates as people type them: names of months, days of the month, small numbers; and
// days as they are counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/zone.h"

namespace holdfast::client::cli {

// Midnight of a day, of the day of a moment, and the day of a moment.
LocalMs OfDay(std::chrono::sys_days day);
LocalMs DayOf(LocalMs local);
std::chrono::sys_days DateOf(LocalMs local);

// None where one is missing, or there is no such day.
std::optional<LocalMs> DateFrom(std::optional<std::uint32_t> year,
                                std::optional<std::uint32_t> month,
                                std::optional<std::uint32_t> day);

// 1 to 12 by a name of three letters or more; none where it is no month.
std::optional<std::uint32_t> MonthNamed(std::string_view word);
// "2" and "2nd", to 31.
std::optional<std::uint32_t> DayOfMonth(std::string_view word);
// "a", "two" or "2".
std::optional<std::uint32_t> StepsIn(std::string_view word);

}  // namespace holdfast::client::cli
