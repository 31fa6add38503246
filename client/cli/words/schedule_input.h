// Hours, days and lengths of time as people write them. Errors name the option.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/core/shown/drafts.h"

namespace holdfast::client::cli {

// What this device's own rules refuse, named by the option that was typed.
absl::Status AsTyped(const absl::Status& status);

// "mon-fri 9:00-12:00,13:00-17:00; sat 10:00-12:00"; a day may stand in several
// parts.
absl::StatusOr<std::vector<WorkingHours>> ParseHours(std::string_view text);
// "2026-03-02..2026-03-13", both days included, or with times:
// "2026-03-02 12:00..2026-03-04 09:00".
absl::StatusOr<LocalSpan> ParseAway(std::string_view text);
// "2026-03-02" or "2026-03-02 18:00", also with a T between.
absl::StatusOr<LocalMs> ParseLocal(std::string_view text, std::string_view option);
// "18:00" as minutes of the day; 24:00 only where `midnight_ends`.
absl::StatusOr<std::uint32_t> ParseClock(std::string_view text, std::string_view option,
                                         bool midnight_ends = false);
// "90m", "8h" or "2d" in minutes.
absl::StatusOr<std::uint32_t> ParseMinutes(std::string_view text, std::string_view option);
// An RRULE for "mon" or "mon,thu", every `every` weeks.
absl::StatusOr<std::string> WeeklyRule(std::string_view days, std::uint32_t every);

// The same on this device's own clock, as an instant; or UTC as --json shows it:
// "2026-03-05T17:00:00Z", also with milliseconds.
absl::StatusOr<std::uint64_t> ParseInstant(std::string_view text, std::string_view option);

// The instant of a local time on this device's own clock.
std::uint64_t FromOwnClock(LocalMs local);

// "Mon-Fri 09:00-12:00, 13:00-17:00", a line for each run of equal days.
std::string HoursInWords(const std::vector<WorkingHours>& hours);
// "8 hours", "90 minutes", "2 days".
std::string MinutesInWords(std::uint32_t minutes);

}  // namespace holdfast::client::cli
