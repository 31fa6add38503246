#include "client/cli/words/time_input.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint32_t kHourMinutes = 60;
constexpr std::uint32_t kDayMinutes = 24 * kHourMinutes;
constexpr std::uint32_t kWeekMinutes = 7 * kDayMinutes;
constexpr std::uint32_t kNoMinute = 60;  // none of an hour
constexpr std::uint32_t kMinutesMax = 100'000'000;
// Of one length: 2 days and 4 hours and 30 minutes are three.
constexpr int kLengthPartsMax = 4;

absl::Status BadClock(std::string_view option, std::string_view typed) {
  return Refuse(
      Reason::kUsage, option,
      "\"" + PrintableLine(typed) + "\" is not a time of day; write it like 9:00 or 18:30");
}

absl::Status BadLength(std::string_view option) {
  return Refuse(Reason::kUsage, option, "must be a length of time, like 90m, 8h or 2d");
}

bool TakeEnd(std::string& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text = Trimmed(std::string_view(text).substr(0, text.size() - end.size()));
  return true;
}

// Hours of the day by "am" and "pm"; none where no clock of twelve hours has them.
std::optional<std::uint32_t> OfTwelve(std::uint32_t hour, bool after_noon) {
  if (hour < 1 || hour > 12) return std::nullopt;
  return hour % 12 + (after_noon ? 12 : 0);
}

struct LengthUnit {
  std::string_view name;
  std::uint32_t minutes;
};
constexpr auto kLengthUnits = std::to_array<LengthUnit>({
    {"m", 1},
    {"min", 1},
    {"mins", 1},
    {"minute", 1},
    {"minutes", 1},
    {"h", kHourMinutes},
    {"hr", kHourMinutes},
    {"hrs", kHourMinutes},
    {"hour", kHourMinutes},
    {"hours", kHourMinutes},
    {"d", kDayMinutes},
    {"day", kDayMinutes},
    {"days", kDayMinutes},
    {"w", kWeekMinutes},
    {"week", kWeekMinutes},
    {"weeks", kWeekMinutes},
});

struct Length {
  std::uint32_t minutes = 0;  // of parts below a day
  std::uint32_t days = 0;     // of days and weeks
};

absl::StatusOr<Length> ReadLength(std::string_view typed, std::string_view option) {
  const std::string text = PlainWords(typed);
  std::string_view rest = text;
  std::uint32_t larger = kWeekMinutes + 1;  // weeks before days before hours, each once
  Length length;
  for (int part = 0; part < kLengthPartsMax && !rest.empty(); ++part) {
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const auto count = NumberIn(rest.substr(0, digits));
    rest.remove_prefix(digits);
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    const std::size_t letters =
        std::min(rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), rest.size());
    const auto unit = std::ranges::find(kLengthUnits, rest.substr(0, letters), &LengthUnit::name);
    if (!count || unit == kLengthUnits.end() || *count > kMinutesMax / unit->minutes ||
        unit->minutes >= larger) {
      return BadLength(option);
    }
    larger = unit->minutes;
    rest.remove_prefix(letters);
    for (const std::string_view between : {" ", "and ", ", "}) {
      if (rest.starts_with(between)) rest.remove_prefix(between.size());
    }
    const std::uint32_t in_minutes = *count * unit->minutes;
    if (unit->minutes < kDayMinutes) {
      length.minutes += in_minutes;
    } else {
      length.days += in_minutes / kDayMinutes;
    }
  }
  if (text.empty() || !rest.empty()) return BadLength(option);
  return length;
}

// Of each working day, where all are of one length.
std::optional<std::uint32_t> MinutesOfADay(const std::vector<WorkingHours>& hours) {
  std::array<std::uint32_t, 8> days{};
  for (const WorkingHours& one : hours) {
    days.at(one.weekday) += static_cast<std::uint32_t>(one.until_minute - one.from_minute);
  }
  const std::uint32_t longest = *std::ranges::max_element(days);
  const bool alike = std::ranges::all_of(
      days, [&](std::uint32_t minutes) { return minutes == 0 || minutes == longest; });
  if (longest == 0 || !alike) return std::nullopt;
  return longest;
}

}  // namespace

std::optional<std::uint32_t> NumberIn(std::string_view text) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || rest != end) return std::nullopt;
  return value;
}

absl::StatusOr<std::uint32_t> ParseClock(std::string_view typed, std::string_view option,
                                         bool midnight_ends) {
  std::string text = PlainWords(typed);
  if (text == "noon" || text == "midday") return 12 * kHourMinutes;
  if (text == "midnight") return midnight_ends ? kDayMinutes : 0;
  for (const std::string_view end : {"uhr", "o'clock", "hours", "hrs"}) TakeEnd(text, end);
  const bool before_noon = TakeEnd(text, "am") || TakeEnd(text, "a.m.");
  const bool after_noon = !before_noon && (TakeEnd(text, "pm") || TakeEnd(text, "p.m."));
  const std::size_t split = text.find_first_of(":.h");
  const std::string_view behind =
      split == std::string::npos ? std::string_view() : std::string_view(text).substr(split + 1);
  auto hour = NumberIn(std::string_view(text).substr(0, split));
  // "18h" has no minutes; "9:5" could be either of two.
  const bool none = split == std::string::npos || (text[split] == 'h' && behind.empty());
  const std::uint32_t minute = none                 ? 0
                               : behind.size() == 2 ? NumberIn(behind).value_or(kNoMinute)
                                                    : kNoMinute;
  if (before_noon || after_noon) hour = hour ? OfTwelve(*hour, after_noon) : hour;
  if (!hour || minute >= kHourMinutes || std::min(split, text.size()) > 2) {
    return BadClock(option, typed);
  }
  const bool last = midnight_ends && *hour == 24 && minute == 0;
  if (*hour < 24 || last) return *hour * kHourMinutes + minute;
  if (*hour > 24 || minute > 0) return BadClock(option, typed);
  return Refuse(
      Reason::kUsage, option,
      "\"" + PrintableLine(typed) + "\" ends a day; write 0:00, which begins the next one");
}

absl::StatusOr<std::uint32_t> ParseMinutes(std::string_view text, std::string_view option) {
  HOLDFAST_ASSIGN_OR_RETURN(const Length length, ReadLength(text, option));
  return length.days * kDayMinutes + length.minutes;
}

absl::StatusOr<std::uint32_t> ParseWorkingMinutes(std::string_view text, std::string_view option,
                                                  const std::vector<WorkingHours>& hours) {
  HOLDFAST_ASSIGN_OR_RETURN(const Length length, ReadLength(text, option));
  if (length.days == 0) return length.minutes;
  const auto of_a_day = MinutesOfADay(hours);
  if (!of_a_day) {
    return Refuse(Reason::kUsage, option,
                  "counts working time, and your days are not of one length; write it in hours, "
                  "like 8h");
  }
  return length.days * *of_a_day + length.minutes;
}

}  // namespace holdfast::client::cli
