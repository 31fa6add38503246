// Times of day and lengths of time as people type them. Errors name the option.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rules/availability.h"

namespace holdfast::client::cli {

// "18:00", "18.00", "18", "18h30", "6pm", "6:30 pm", "noon" as minutes of the day; 24:00
// and midnight as 1,440 only where `midnight_ends`.
absl::StatusOr<std::uint32_t> ParseClock(std::string_view text, std::string_view option,
                                         bool midnight_ends = false);
// "90m", "8h", "1h30m", "2 days", "1 week" in minutes.
absl::StatusOr<std::uint32_t> ParseMinutes(std::string_view text, std::string_view option);
// The same of working time, where a day is one of `hours`: usage where these are not all of
// one length, so that a day would say nothing certain.
absl::StatusOr<std::uint32_t> ParseWorkingMinutes(std::string_view text, std::string_view option,
                                                  const std::vector<WorkingHours>& hours);

// All of `text` as a number in decimal digits.
std::optional<std::uint32_t> NumberIn(std::string_view text);

}  // namespace holdfast::client::cli
