#include "client/cli/words/schedule_input.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "client/cli/words/text.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::array<std::string_view, 7> kDayNames = {"Mon", "Tue", "Wed", "Thu",
                                                       "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> kRuleDays = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
constexpr std::size_t kPartsMax = 64;

// What the rules call a thing, what one types for it, and, where the rules' own words
// would not be understood, others.
struct TypedField {
  std::string_view field;
  std::string_view option;
  std::string_view words;
};
constexpr auto kTyped = std::to_array<TypedField>({
    {"act.availability.hours", "--hours", ""},
    {"act.availability.away", "--away", ""},
    {"act.availability.reply_within_minutes", "--reply-within", ""},
    {"act.availability.remind_before_minutes", "--remind-before",
     "must be at least 1m, and less than --reply-within"},
    {"act.rhythm.window_minutes", "--window", ""},
    {"act.rhythm.rule", "--rule", ""},
    {"rhythm.rule", "--rule", ""},
    {"act.pause.until_ms", "--until", "must be a day ahead, within a year"},
    {"act.reschedule.due_at_ms", "--to", "must be a time ahead, within 120 days"},
    {"release.at", "--at", ""},
    {"release.when", "--if-missed", ""},
});

std::vector<std::string> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (parts.size() < kPartsMax) {
    const std::size_t end = text.find_first_of(separators);
    parts.push_back(Trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

std::optional<std::uint32_t> Number(std::string_view text) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::optional<std::uint8_t> Weekday(std::string_view text) {
  std::string lower(text.substr(0, 3));
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  const auto found = std::ranges::find(kDays, lower);
  if (text.size() < 3 || found == kDays.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - kDays.begin() + 1);
}

absl::Status BadHours() {
  return Refuse(Reason::kUsage, "--hours",
                "must be days and times, like \"mon-fri 9:00-12:00,13:00-17:00; sat 10:00-12:00\"");
}

absl::StatusOr<std::vector<std::uint8_t>> ParseDays(std::string_view text) {
  std::vector<std::uint8_t> days;
  for (const std::string& part : Split(text, ",")) {
    const auto ends = Split(part, "-");
    const auto first = Weekday(ends.front());
    const auto last = Weekday(ends.back());
    if (ends.size() > 2 || !first || !last || *last < *first) return BadHours();
    for (std::uint8_t day = *first; day <= *last; ++day) days.push_back(day);
  }
  return days;
}

std::string Clock(std::uint32_t minute) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02u:%02u", minute / 60, minute % 60);
  return text.data();
}

std::string TimesOf(const std::vector<WorkingHours>& hours, std::uint8_t day) {
  std::string text;
  for (const WorkingHours& one : hours) {
    if (one.weekday != day) continue;
    text += (text.empty() ? "" : ", ") + Clock(one.from_minute) + "-" + Clock(one.until_minute);
  }
  return text;
}

absl::Status BadInstant(std::string_view option) {
  return Refuse(Reason::kUsage, option,
                "must be a time like 2026-03-02 18:00, or 2026-03-02T17:00:00Z");
}

bool HasTime(std::string_view text) { return text.find(':') != std::string_view::npos; }

}  // namespace

absl::Status AsTyped(const absl::Status& status) {
  if (status.ok()) return status;
  const std::string field = FieldOf(status);
  for (const TypedField& typed : kTyped) {
    if (!field.starts_with(typed.field)) continue;
    return Refuse(Reason::kUsage, typed.option,
                  typed.words.empty() ? MessageOf(status) : std::string(typed.words));
  }
  return status;
}

absl::StatusOr<std::vector<WorkingHours>> ParseHours(std::string_view text) {
  std::vector<WorkingHours> hours;
  for (const std::string& part : Split(text, ";")) {
    const std::size_t space = part.find(' ');
    if (space == std::string::npos) return BadHours();
    HOLDFAST_ASSIGN_OR_RETURN(const auto days, ParseDays(part.substr(0, space)));
    for (const std::string& stretch : Split(part.substr(space), ",")) {
      const auto ends = Split(stretch, "-");
      if (ends.size() != 2) return BadHours();
      HOLDFAST_ASSIGN_OR_RETURN(const auto from, ParseClock(ends[0], "--hours"));
      HOLDFAST_ASSIGN_OR_RETURN(const auto until, ParseClock(ends[1], "--hours", true));
      if (until <= from) {
        return Refuse(Reason::kUsage, "--hours", "must end later than they begin, like 9:00-17:00");
      }
      for (const std::uint8_t day : days) {
        hours.push_back({day, static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(until)});
      }
    }
  }
  std::ranges::sort(hours, [](const WorkingHours& a, const WorkingHours& b) {
    return std::pair(a.weekday, a.from_minute) < std::pair(b.weekday, b.from_minute);
  });
  return hours;
}

absl::StatusOr<LocalSpan> ParseAway(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return Refuse(Reason::kUsage, "--away",
                  "must be two days, like \"2026-03-02..2026-03-13\"; both count");
  }
  const std::string from = Trimmed(text.substr(0, dots));
  const std::string until = Trimmed(text.substr(dots + 2));
  LocalSpan span;
  HOLDFAST_ASSIGN_OR_RETURN(span.from, ParseLocal(from, "--away"));
  HOLDFAST_ASSIGN_OR_RETURN(span.until, ParseLocal(until, "--away"));
  if (!HasTime(until)) span.until += limits::kDayMs;
  if (span.from < span.until) return span;
  return Refuse(Reason::kUsage, "--away", "ends before it begins");
}

absl::StatusOr<LocalMs> ParseLocal(std::string_view text, std::string_view option) {
  const absl::Status bad =
      Refuse(Reason::kUsage, option, "must be a day like 2026-03-02, or 2026-03-02 18:00");
  const auto date = Split(text.substr(0, 10), "-");
  const bool digits =
      date.size() == 3 && date[0].size() == 4 && date[1].size() == 2 && date[2].size() == 2;
  const auto year = Number(digits ? date[0] : "");
  const auto month = Number(digits ? date[1] : "");
  const auto day = Number(digits ? date[2] : "");
  if (!year || !month || !day) return bad;
  const std::chrono::year_month_day calendar(std::chrono::year(static_cast<int>(*year)),
                                             std::chrono::month(*month), std::chrono::day(*day));
  if (!calendar.ok() || *year < 1970) return bad;
  const auto days = std::chrono::sys_days(calendar).time_since_epoch().count();
  LocalMs local = static_cast<std::uint64_t>(days) * limits::kDayMs;
  if (text.size() <= 10) return local;
  if (text[10] != ' ' && text[10] != 'T') return bad;
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint32_t minute, ParseClock(text.substr(11), option));
  return local + minute * limits::kMinuteMs;
}

absl::StatusOr<std::uint64_t> ParseInstant(std::string_view text, std::string_view option) {
  if (!text.ends_with('Z')) {
    HOLDFAST_ASSIGN_OR_RETURN(const LocalMs local, ParseLocal(text, option));
    return FromOwnClock(local);
  }
  text.remove_suffix(1);
  std::uint32_t milliseconds = 0, seconds = 0;
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    const auto read = text.size() == dot + 4 ? Number(text.substr(dot + 1)) : std::nullopt;
    if (!read) return BadInstant(option);
    milliseconds = *read;
    text = text.substr(0, dot);
  }
  if (text.size() != 19 || text[16] != ':') return BadInstant(option);
  const auto read = Number(text.substr(17));
  if (!read || *read >= 60) return BadInstant(option);
  seconds = *read;
  HOLDFAST_ASSIGN_OR_RETURN(const LocalMs utc, ParseLocal(text.substr(0, 16), option));
  return utc + seconds * limits::kSecondMs + milliseconds;
}

absl::StatusOr<std::uint32_t> ParseClock(std::string_view text, std::string_view option,
                                         bool midnight_ends) {
  const auto parts = Split(text, ":");
  const auto hour = Number(parts.front());
  const auto minute = parts.size() == 1 ? std::optional<std::uint32_t>(0) : Number(parts.back());
  const bool whole = hour && minute && parts.size() <= 2 && *minute < 60;
  const bool last = midnight_ends && whole && *hour == 24 && *minute == 0;
  if (whole && (*hour < 24 || last)) return *hour * 60 + *minute;
  return Refuse(Reason::kUsage, option, "has a time that is none; write it like 18:00");
}

absl::StatusOr<std::uint32_t> ParseMinutes(std::string_view text, std::string_view option) {
  const auto value = text.empty() ? std::nullopt : Number(text.substr(0, text.size() - 1));
  const char unit = text.empty() ? '\0' : text.back();
  const std::uint32_t each = unit == 'm' ? 1 : unit == 'h' ? 60 : unit == 'd' ? 24 * 60 : 0;
  if (value && each != 0 && *value <= 100'000) return *value * each;
  return Refuse(Reason::kUsage, option, "must be a length of time, like 90m, 8h or 2d");
}

absl::StatusOr<std::string> WeeklyRule(std::string_view days, std::uint32_t every) {
  std::array<bool, 7> chosen{};
  for (const std::string& part : Split(days, ",")) {
    const auto day = Weekday(part);
    if (!day) return Refuse(Reason::kUsage, "--weekly", "must be days, like mon or mon,thu");
    chosen.at(*day - 1U) = true;
  }
  std::string rule = "FREQ=WEEKLY";
  if (every != 1) rule += ";INTERVAL=" + std::to_string(every);
  std::string listed;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i]) listed += (listed.empty() ? "" : ",") + std::string(kRuleDays[i]);
  }
  return rule + ";BYDAY=" + listed;
}

std::uint64_t FromOwnClock(LocalMs local) {
  const auto seconds = static_cast<std::time_t>(local / 1000);
  std::tm wall = {};
  gmtime_r(&seconds, &wall);
  wall.tm_isdst = -1;
  return static_cast<std::uint64_t>(std::mktime(&wall)) * 1000;
}

std::string HoursInWords(const std::vector<WorkingHours>& hours) {
  std::string text;
  for (std::uint8_t first = 1; first <= 7;) {
    const std::string times = TimesOf(hours, first);
    std::uint8_t next = first;
    while (next <= 7 && TimesOf(hours, next) == times) ++next;
    if (!times.empty()) {
      text += text.empty() ? "" : "; ";
      text += kDayNames[first - 1U];
      if (next - first > 1) text += "-" + std::string(kDayNames[next - 2U]);
      text += " " + times;
    }
    first = next;
  }
  return text;
}

std::string MinutesInWords(std::uint32_t minutes) {
  const auto counted = [](std::uint32_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
  };
  if (minutes % (24 * 60) == 0 && minutes > 0) return counted(minutes / (24 * 60), "day");
  if (minutes % 60 == 0 && minutes > 0) return counted(minutes / 60, "hour");
  return counted(minutes, "minute");
}

}  // namespace holdfast::client::cli
