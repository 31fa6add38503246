#include "client/cli/words/day_input.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "client/cli/words/day_tokens.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "client/cli/words/time_input.h"
#include "rules/errors.h"
#include "rules/limits.h"
#include "rules/rule.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint32_t kNoonMinute = 12 * 60;
constexpr std::uint32_t kMidnightMinute = 24 * 60;
// Names of several days, as first and last.
struct DaySpan {
  std::string_view name;
  std::uint8_t first;
  std::uint8_t last;
};
constexpr auto kDaySpans = std::to_array<DaySpan>({
    {"weekday", 1, 5},
    {"weekdays", 1, 5},
    {"workdays", 1, 5},
    {"weekend", 6, 7},
    {"weekends", 6, 7},
    {"daily", 1, 7},
});

// Words that say nothing by themselves, wherever they stand.
constexpr auto kFillWords = std::to_array<std::string_view>({"and", "on", "from", "each", "every"});
constexpr auto kToWords = std::to_array<std::string_view>({"-", "to", "till", "until", "through"});

template <std::size_t kCount>
bool IsOneOf(const std::array<std::string_view, kCount>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// The tokens, one after the other.
class DayReader {
 public:
  DayReader(std::vector<DayToken> tokens, std::string_view option)
      : tokens_(std::move(tokens)), option_(option) {}

  bool AtEnd() {
    while (at_ < tokens_.size() &&
           (tokens_[at_].kind == TokenKind::kBetween || IsOneOf(kFillWords, tokens_[at_].text))) {
      ++at_;
    }
    return at_ == tokens_.size();
  }
  bool AtTime() { return !AtEnd() && tokens_[at_].kind == TokenKind::kTime; }
  const std::string& text() const { return tokens_[at_].text; }
  void GoOn() { ++at_; }

  // A day, a name of several, or "mon-thu"; over the week's end where it is "sat-tue".
  absl::Status TakeDays(std::set<std::uint8_t>& days) {
    const std::string word = text();
    GoOn();
    const auto span = std::ranges::find(kDaySpans, word, &DaySpan::name);
    const std::uint8_t first = span == kDaySpans.end() ? WeekdayNamed(word) : span->first;
    std::uint8_t last = span == kDaySpans.end() ? first : span->last;
    if (first == 0) return NotADay(option_, word);
    if (span == kDaySpans.end() && TakeTo()) {
      if (at_ == tokens_.size()) return BadDays(option_, "\"" + word + "-\" has no last day");
      last = WeekdayNamed(text());
      if (last == 0) return NotADay(option_, text());
      GoOn();
    }
    for (std::uint8_t day = first;; day = day % 7 + 1) {
      days.insert(day);
      if (day == last) return absl::OkStatus();
    }
  }

  // "9:00-12:00" as minutes; the end may be of the next day.
  absl::StatusOr<std::pair<std::uint32_t, std::uint32_t>> TakeTimes() {
    const std::string typed = text();
    GoOn();
    HOLDFAST_ASSIGN_OR_RETURN(const std::uint32_t from, ParseClock(typed, option_));
    if (!TakeTo() || at_ == tokens_.size() || tokens_[at_].kind != TokenKind::kTime) {
      return BadDays(option_, "\"" + PrintableLine(typed) + "\" has no end");
    }
    HOLDFAST_ASSIGN_OR_RETURN(std::uint32_t until, ParseClock(text(), option_, true));
    const std::string end = text();
    GoOn();
    if (until == 0) until = kMidnightMinute;
    if (from < until) return std::pair(from, until);
    if (from >= kNoonMinute && until <= kNoonMinute && until < from) {
      return std::pair(from, until + kMidnightMinute);
    }
    return Refuse(Reason::kUsage, option_,
                  "\"" + PrintableLine(typed + "-" + end) +
                      "\" ends before it begins; five in the afternoon is 17:00, and a night is "
                      "written 22:00-6:00");
  }

 private:
  bool TakeTo() {
    if (at_ == tokens_.size() || !IsOneOf(kToWords, tokens_[at_].text)) return false;
    GoOn();
    return true;
  }

  const std::vector<DayToken> tokens_;
  const std::string_view option_;
  std::size_t at_ = 0;
};

void AddHours(std::vector<WorkingHours>& hours, std::uint8_t day, std::uint32_t from,
              std::uint32_t until) {
  const std::uint32_t today = std::min(until, kMidnightMinute);
  hours.push_back({day, static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(today)});
  if (until <= kMidnightMinute) return;
  hours.push_back({static_cast<std::uint8_t>(day % 7 + 1), 0,
                   static_cast<std::uint16_t>(until - kMidnightMinute)});
}

// In order, and apart: the rules take no others.
std::vector<WorkingHours> Joined(std::vector<WorkingHours> hours) {
  std::ranges::sort(hours, [](const WorkingHours& a, const WorkingHours& b) {
    return std::pair(a.weekday, a.from_minute) < std::pair(b.weekday, b.from_minute);
  });
  std::vector<WorkingHours> joined;
  for (const WorkingHours& one : hours) {
    const bool meets = !joined.empty() && joined.back().weekday == one.weekday &&
                       one.from_minute <= joined.back().until_minute;
    if (!meets) {
      joined.push_back(one);
    } else {
      joined.back().until_minute = std::max(joined.back().until_minute, one.until_minute);
    }
  }
  return joined;
}

// "every second", "every other", "every 3 weeks" at the beginning, taken off.
std::optional<std::uint32_t> TakeEvery(std::string& words) {
  for (const std::string_view second : {"every second ", "every other "}) {
    if (!words.starts_with(second)) continue;
    words.erase(0, second.size());
    if (words.starts_with("week ")) words.erase(0, 5);
    return 2;
  }
  constexpr std::string_view kEvery = "every ";
  if (!words.starts_with(kEvery)) return std::nullopt;
  const std::size_t end = words.find(' ', kEvery.size());
  const auto number =
      end == std::string::npos
          ? std::nullopt
          : NumberIn(std::string_view(words).substr(kEvery.size(), end - kEvery.size()));
  if (!number || !words.substr(end).starts_with(" weeks ")) return std::nullopt;
  words.erase(0, end + 7);
  return number;
}

}  // namespace

absl::StatusOr<std::vector<WorkingHours>> ParseHours(std::string_view text) {
  constexpr std::string_view kOption = "--hours";
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<DayToken> tokens, TokensIn(text, kOption));
  DayReader reader(std::move(tokens), kOption);
  std::vector<WorkingHours> hours;
  while (!reader.AtEnd()) {
    if (reader.AtTime()) return BadDays(kOption, "\"" + reader.text() + "\" has no day");
    std::set<std::uint8_t> days;
    std::string last;
    while (!reader.AtEnd() && !reader.AtTime()) {
      last = reader.text();
      HOLDFAST_RETURN_IF_ERROR(reader.TakeDays(days));
    }
    if (!reader.AtTime()) return BadDays(kOption, "\"" + last + "\" has no times");
    while (reader.AtTime()) {
      HOLDFAST_ASSIGN_OR_RETURN(const auto times, reader.TakeTimes());
      for (const std::uint8_t day : days) AddHours(hours, day, times.first, times.second);
    }
  }
  if (hours.empty()) return BadDays(kOption, "is empty");
  return Joined(std::move(hours));
}

absl::StatusOr<std::string> WeeklyRule(std::string_view typed, std::uint32_t every) {
  constexpr std::string_view kOption = "--weekly";
  std::string words = PlainWords(typed);
  if (const auto also = TakeEvery(words)) {
    if (every != 1 && every != *also) {
      return Refuse(Reason::kUsage, "--every",
                    "and --weekly say different weeks; give one of them");
    }
    every = *also;
  }
  if (every < 1 || every > limits::kRuleIntervalMax) {
    return Refuse(Reason::kUsage, kOption, "may skip weeks up to every 52nd");
  }
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<DayToken> tokens, TokensIn(words, kOption));
  DayReader reader(std::move(tokens), kOption);
  std::set<std::uint8_t> days;
  while (!reader.AtEnd()) HOLDFAST_RETURN_IF_ERROR(reader.TakeDays(days));
  if (days.empty()) return BadDays(kOption, "is empty");
  Rule rule;
  rule.interval = every;
  for (const std::uint8_t day : days) rule.days.push_back({day, 0});
  return RuleText(rule);
}

}  // namespace holdfast::client::cli
