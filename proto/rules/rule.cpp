#include "rules/rule.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
constexpr std::array<std::string_view, 3> kFrequencies = {"DAILY", "WEEKLY", "MONTHLY"};

absl::Status NotAllowed(std::string_view message) {
  return Refuse(Reason::kMalformedField, "rhythm.rule", message);
}

std::optional<std::uint32_t> Number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// The text before `separator`, taken off `rest` with it; all where there is none.
std::string_view Take(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view taken = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return taken;
}

absl::Status TakeFrequency(std::string_view value, Rule& rule) {
  const auto found = std::ranges::find(kFrequencies, value);
  if (found == kFrequencies.end()) return NotAllowed("FREQ must be DAILY, WEEKLY or MONTHLY");
  rule.frequency = static_cast<Frequency>(found - kFrequencies.begin());
  return absl::OkStatus();
}

absl::Status TakeInterval(std::string_view value, Rule& rule) {
  const auto number = Number(value);
  if (!number || *number < 1 || *number > limits::kRuleIntervalMax) {
    return NotAllowed("INTERVAL must be 1 to 52");
  }
  rule.interval = *number;
  return absl::OkStatus();
}

absl::Status TakeCount(std::string_view value, Rule& rule) {
  const auto number = Number(value);
  if (!number || *number < 1 || *number > limits::kRuleCountMax) {
    return NotAllowed("COUNT must be 1 to 366");
  }
  rule.count = *number;
  return absl::OkStatus();
}

absl::Status TakeUntil(std::string_view value, Rule& rule) {
  const auto number = Number(value);
  if (value.size() == 8 && number) {
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*number / 10000)),
                                           std::chrono::month(*number / 100 % 100),
                                           std::chrono::day(*number % 100)};
    if (date.ok() && date.year() >= std::chrono::year(2020) &&
        date.year() < std::chrono::year(2200)) {
      rule.until = date;
      return absl::OkStatus();
    }
  }
  return NotAllowed("UNTIL must be a date such as 20271231, of the years 2020 to 2199");
}

std::optional<RuleDay> ParseDay(std::string_view text) {
  RuleDay day;
  if (text.size() < 2) return std::nullopt;
  const auto found = std::ranges::find(kWeekdays, text.substr(text.size() - 2));
  if (found == kWeekdays.end()) return std::nullopt;
  day.weekday = static_cast<std::uint8_t>(found - kWeekdays.begin() + 1);
  text.remove_suffix(2);
  if (text.empty()) return day;
  const bool from_end = text.front() == '-';
  if (from_end || text.front() == '+') text.remove_prefix(1);
  const auto number = Number(text);
  if (!number || *number < 1 || *number > 5) return std::nullopt;
  day.ordinal =
      static_cast<std::int8_t>(from_end ? -static_cast<int>(*number) : static_cast<int>(*number));
  return day;
}

absl::Status TakeDays(std::string_view value, Rule& rule) {
  do {
    const auto day = ParseDay(Take(value, ','));
    if (!day) return NotAllowed("BYDAY must be days such as MO,TH or, in a month, 2TU or -1FR");
    rule.days.push_back(*day);
  } while (!value.empty());
  std::ranges::sort(rule.days);
  if (std::ranges::adjacent_find(rule.days) != rule.days.end()) {
    return NotAllowed("BYDAY must name a day once");
  }
  return absl::OkStatus();
}

struct Part {
  std::string_view name;
  absl::Status (*take)(std::string_view value, Rule& rule);
};

constexpr std::array<Part, 5> kParts = {{{"FREQ", TakeFrequency},
                                         {"INTERVAL", TakeInterval},
                                         {"BYDAY", TakeDays},
                                         {"COUNT", TakeCount},
                                         {"UNTIL", TakeUntil}}};

absl::Status CheckTogether(const Rule& rule, const std::array<bool, kParts.size()>& seen) {
  if (!seen[0]) return NotAllowed("needs FREQ");
  if (rule.count != 0 && rule.until) return NotAllowed("may have COUNT or UNTIL, not both");
  const bool has_ordinal =
      std::ranges::any_of(rule.days, [](const RuleDay& day) { return day.ordinal != 0; });
  if (has_ordinal && rule.frequency != Frequency::kMonthly) {
    return NotAllowed("may have days such as 2TU only with FREQ=MONTHLY");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Rule> ParseRule(std::string_view text) {
  if (text.size() > limits::kRuleBytesMax) return NotAllowed("must be at most 128 bytes");
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  Rule rule;
  std::array<bool, kParts.size()> seen{};
  std::string_view rest = upper;
  do {
    std::string_view value = Take(rest, ';');
    const std::string_view name = Take(value, '=');
    const auto part = std::ranges::find(kParts, name, &Part::name);
    if (part == kParts.end()) {
      return NotAllowed("may have FREQ, INTERVAL, BYDAY, COUNT and UNTIL, and no other part");
    }
    bool& is_seen = seen[static_cast<std::size_t>(part - kParts.begin())];
    if (is_seen) return NotAllowed("must have each part once");
    is_seen = true;
    HOLDFAST_RETURN_IF_ERROR(part->take(value, rule));
  } while (!rest.empty());
  HOLDFAST_RETURN_IF_ERROR(CheckTogether(rule, seen));
  return rule;
}

std::string RuleDaysText(const std::vector<RuleDay>& days) {
  std::string text;
  for (const RuleDay& day : days) {
    if (!text.empty()) text += ',';
    if (day.ordinal != 0) text += std::to_string(day.ordinal);
    text += kWeekdays.at(day.weekday - 1U);
  }
  return text;
}

std::string RuleText(const Rule& rule) {
  std::string text = "FREQ=";
  text += kFrequencies.at(static_cast<std::size_t>(rule.frequency));
  if (rule.interval != 1) text += ";INTERVAL=" + std::to_string(rule.interval);
  if (!rule.days.empty()) text += ";BYDAY=" + RuleDaysText(rule.days);
  if (rule.count != 0) text += ";COUNT=" + std::to_string(rule.count);
  if (rule.until) {
    const std::chrono::year_month_day date(*rule.until);
    const unsigned number = static_cast<unsigned>(static_cast<int>(date.year())) * 10000 +
                            static_cast<unsigned>(date.month()) * 100 +
                            static_cast<unsigned>(date.day());
    text += ";UNTIL=" + std::to_string(number);
  }
  return text;
}

std::uint8_t WeekdayOf(std::chrono::sys_days date) {
  return static_cast<std::uint8_t>(std::chrono::weekday(date).iso_encoding());
}

}  // namespace holdfast
