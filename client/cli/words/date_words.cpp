#include "client/cli/words/date_words.h"

#include <algorithm>
#include <array>

#include "client/cli/words/time_input.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

using std::chrono::sys_days;

constexpr std::uint32_t kYearMin = 1970;
constexpr std::uint32_t kYearMax = 2200;
// Of "in 3 weeks": what is further away is written as a date.
constexpr std::uint32_t kStepsMax = 1000;

constexpr std::array<std::string_view, 12> kMonthNames = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 12> kSmallNumbers = {"one",  "two", "three",  "four",
                                                            "five", "six", "seven",  "eight",
                                                            "nine", "ten", "eleven", "twelve"};

}  // namespace

LocalMs OfDay(sys_days day) {
  return static_cast<LocalMs>(day.time_since_epoch().count()) * limits::kDayMs;
}

LocalMs DayOf(LocalMs local) { return local / limits::kDayMs * limits::kDayMs; }

sys_days DateOf(LocalMs local) {
  return sys_days(std::chrono::days(static_cast<std::int64_t>(local / limits::kDayMs)));
}

std::optional<LocalMs> DateFrom(std::optional<std::uint32_t> year,
                                std::optional<std::uint32_t> month,
                                std::optional<std::uint32_t> day) {
  if (!year || !month || !day || *year < kYearMin || *year > kYearMax) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day));
  if (!date.ok()) return std::nullopt;
  return OfDay(date);
}

std::optional<std::uint32_t> MonthNamed(std::string_view word) {
  if (word == "sept") return 9;
  for (std::size_t i = 0; i < kMonthNames.size(); ++i) {
    if (word.size() >= 3 && kMonthNames[i].starts_with(word)) {
      return static_cast<std::uint32_t>(i + 1);
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> DayOfMonth(std::string_view word) {
  for (const std::string_view end : {"st", "nd", "rd", "th", "."}) {
    if (word.ends_with(end)) word.remove_suffix(end.size());
  }
  return word.size() > 2 ? std::nullopt : NumberIn(word);
}

std::optional<std::uint32_t> StepsIn(std::string_view word) {
  if (word == "a" || word == "an") return 1;
  const auto small = std::ranges::find(kSmallNumbers, word);
  if (small != kSmallNumbers.end()) {
    return static_cast<std::uint32_t>(small - kSmallNumbers.begin() + 1);
  }
  const auto number = NumberIn(word);
  return number && *number <= kStepsMax ? number : std::nullopt;
}

}  // namespace holdfast::client::cli
