#include "client/cli/words/calendar_words.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <utility>

#include "client/cli/words/text.h"
#include "rules/limits.h"
#include "rules/rule.h"

namespace holdfast::client::cli {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::uint32_t kDayLength = 24 * 60;
constexpr std::uint32_t kNoon = 12 * 60;

constexpr std::array<std::string_view, 7> kShortDays = {"Mon", "Tue", "Wed", "Thu",
                                                        "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> kLongDays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kShortMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string Counted(std::uint32_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// "1st", "22nd", "13th".
std::string Numbered(unsigned number) {
  const unsigned last = number % 10;
  const bool teen = number % 100 / 10 == 1;
  const char* end = teen ? "th" : last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th";
  return std::to_string(number) + end;
}

// "Monday, Tuesday and Friday".
std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

// The part of a day, from and until; until beyond midnight for a night.
using DayPart = std::pair<std::uint32_t, std::uint32_t>;

std::array<std::vector<DayPart>, 7> PartsOfDays(const std::vector<WorkingHours>& hours) {
  std::array<std::vector<DayPart>, 7> days;
  for (const WorkingHours& one : hours) {
    days.at(one.weekday - 1U).emplace_back(one.from_minute, one.until_minute);
  }
  const std::array<std::vector<DayPart>, 7> as_signed = days;
  for (std::size_t day = 0; day < 7; ++day) {
    const std::size_t next = (day + 1) % 7;
    if (as_signed[day].empty() || as_signed[next].empty()) continue;
    const DayPart evening = as_signed[day].back();
    const DayPart morning = as_signed[next].front();
    const bool is_night = evening.second == kDayLength && evening.first >= kNoon &&
                          morning.first == 0 && morning.second <= kNoon;
    if (!is_night) continue;
    days[day].back().second = kDayLength + morning.second;
    days[next].erase(days[next].begin());
  }
  return days;
}

std::string TimesInWords(const std::vector<DayPart>& parts) {
  std::string text;
  for (const auto& [from, until] : parts) {
    text += (text.empty() ? "" : ", ") + ClockInWords(from) + "-" +
            ClockInWords(until > kDayLength ? until - kDayLength : until);
  }
  return text;
}

// Several days of a week: "Mondays to Fridays" where three or more follow each other.
std::string DaysInWords(const std::vector<RuleDay>& days) {
  const bool in_a_row = days.size() >= 3 && days.back().weekday - days.front().weekday + 1 ==
                                                static_cast<int>(days.size());
  const auto name = [](const RuleDay& day) {
    return std::string(kLongDays.at(day.weekday - 1U)) + "s";
  };
  if (in_a_row) return name(days.front()) + " to " + name(days.back());
  std::vector<std::string> names;
  for (const RuleDay& day : days) names.push_back(name(day));
  return Listed(names);
}

std::string WeeksInWords(const Rule& rule, sys_days first) {
  std::vector<RuleDay> days = rule.days;
  if (days.empty()) days.push_back({WeekdayOf(first), 0});
  if (days.size() == 7 && rule.interval == 1) return "every day";
  const std::string alone(kLongDays.at(days.front().weekday - 1U));
  if (days.size() == 1 && rule.interval == 1) return "every " + alone;
  if (days.size() == 1 && rule.interval == 2) return "every second " + alone;
  if (rule.interval == 1) return DaysInWords(days);
  const std::string weeks = rule.interval == 2
                                ? "every second week"
                                : "every " + std::to_string(rule.interval) + " weeks";
  return weeks + " on " + DaysInWords(days);
}

std::string DailyInWords(const Rule& rule, sys_days first) {
  if (rule.interval == 1 && !rule.days.empty()) return WeeksInWords(rule, first);
  const std::string every = rule.interval == 1 ? "every day"
                            : rule.interval == 2
                                ? "every second day"
                                : "every " + std::to_string(rule.interval) + " days";
  return rule.days.empty() ? every : every + ", where that is on " + DaysInWords(rule.days);
}

std::string MonthsInWords(const Rule& rule, sys_days first) {
  const std::string of = rule.interval == 1   ? " of each month"
                         : rule.interval == 2 ? " of every second month"
                                              : " of every " + Numbered(rule.interval) + " month";
  if (rule.days.empty()) {
    const auto day = static_cast<unsigned>(year_month_day(first).day());
    return "the " + Numbered(day) + of + (day > 28 ? " that has one" : "");
  }
  static constexpr std::array<std::string_view, 5> kFromBegin = {"first ", "second ", "third ",
                                                                 "fourth ", "fifth "};
  static constexpr std::array<std::string_view, 5> kFromEnd = {
      "last ", "last but one ", "last but two ", "last but three ", "last but four "};
  std::vector<std::string> names;
  for (const RuleDay& day : rule.days) {
    const std::string name(kLongDays.at(day.weekday - 1U));
    if (day.ordinal == 0) {
      names.push_back("every " + name);
    } else if (day.ordinal > 0) {
      names.push_back(
          "the " + std::string(kFromBegin.at(static_cast<std::size_t>(day.ordinal) - 1U)) + name);
    } else {
      names.push_back("the " +
                      std::string(kFromEnd.at(static_cast<std::size_t>(-day.ordinal) - 1U)) + name);
    }
  }
  return Listed(names) + of;
}

}  // namespace

std::string ClockInWords(std::uint32_t minute) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02u:%02u", minute / 60, minute % 60);
  return text.data();
}

std::string HoursInWords(const std::vector<WorkingHours>& hours) {
  const auto days = PartsOfDays(hours);
  std::string text;
  for (std::size_t first = 0; first < days.size();) {
    std::size_t next = first + 1;
    while (next < days.size() && days[next] == days[first]) ++next;
    if (!days[first].empty()) {
      text += text.empty() ? "" : "; ";
      text += kShortDays.at(first);
      if (next - first > 1) text += "-" + std::string(kShortDays.at(next - 1));
      text += " " + TimesInWords(days[first]);
    }
    first = next;
  }
  return text;
}

std::string MinutesInWords(std::uint32_t minutes) {
  if (minutes % kDayLength == 0 && minutes > 0) return Counted(minutes / kDayLength, "day");
  if (minutes % 60 == 0 && minutes > 0) return Counted(minutes / 60, "hour");
  return Counted(minutes, "minute");
}

std::string RuleInWords(const std::string& rule, LocalMs first) {
  return RuleDaysInWords(rule, first) + RuleEndInWords(rule);
}

std::string RuleDaysInWords(const std::string& rule, LocalMs first) {
  const auto parsed = ParseRule(rule);
  if (!parsed.ok()) return "by the rule " + PrintableLine(rule);
  const sys_days day(std::chrono::days(static_cast<std::int64_t>(first / limits::kDayMs)));
  return parsed->frequency == Frequency::kDaily    ? DailyInWords(*parsed, day)
         : parsed->frequency == Frequency::kWeekly ? WeeksInWords(*parsed, day)
                                                   : MonthsInWords(*parsed, day);
}

std::string RuleEndInWords(const std::string& rule) {
  const auto parsed = ParseRule(rule);
  std::string text;
  if (!parsed.ok()) return text;
  if (parsed->count == 1) text += ", once";
  if (parsed->count > 1) text += ", " + std::to_string(parsed->count) + " times";
  if (parsed->until) {
    const year_month_day last(*parsed->until);
    text += ", until " + std::to_string(static_cast<unsigned>(last.day())) + " " +
            std::string(kShortMonths.at(static_cast<unsigned>(last.month()) - 1U)) + " " +
            std::to_string(static_cast<int>(last.year()));
  }
  return text;
}

}  // namespace holdfast::client::cli
