// Days of the week as people type them, alone and with the times of working hours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/availability.h"

namespace holdfast::client::cli {

// "mon-fri 9:00-12:00,13:00-17:00; sat 10-12", "weekdays 9 to 5pm", "fri 22:00-6:00". Times
// that meet or overlap are joined, and a night goes on into the next day. All that is
// typed is understood, or nothing is.
absl::StatusOr<std::vector<WorkingHours>> ParseHours(std::string_view text);

// An RRULE for days of every week, or of every `every` weeks: "mon,thu", "mon-thu", "Mondays
// and Thursdays"; "every second Monday" and "every 3 weeks on Mondays" where `every` is 1.
absl::StatusOr<std::string> WeeklyRule(std::string_view days, std::uint32_t every);

}  // namespace holdfast::client::cli
