#include "client/cli/words/date_input.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/cli/words/date_words.h"
#include "client/cli/words/day_tokens.h"
#include "client/cli/words/own_clock.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "client/cli/words/time_input.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

absl::Status BadMoment(std::string_view option, std::string_view typed) {
  return Refuse(Reason::kUsage, option,
                "\"" + PrintableLine(Trimmed(typed)) +
                    "\" is not understood; write a day like 2026-03-02, 2 Mar, tomorrow, fri or in "
                    "2 weeks, with a time behind it where one is meant, like fri 18:00");
}

// Words from the front, of a text that is PlainWords.
class MomentReader {
 public:
  MomentReader(std::string_view text, std::string_view option, LocalMs now)
      : typed_(text), option_(option), now_(now) {
    std::string word;
    for (const char c : PlainWords(text) + " ") {
      if (c != ' ' && c != ',') {
        word += c;
      } else if (!word.empty()) {
        words_.push_back(std::exchange(word, {}));
      }
    }
    // As --json and the standards write it.
    if (words_.size() == 1 && words_[0].size() > 11 && words_[0][10] == 't') {
      words_ = {words_[0].substr(0, 10), words_[0].substr(11)};
    }
  }

  absl::StatusOr<LocalMoment> Read() {
    if (words_.empty() || StrangeSign(PlainWords(typed_))) return BadMoment(option_, typed_);
    if (const auto alone = TimeIn(0, words_.size())) return TodayAt(*alone);
    Skip("on");
    if (const auto later = TakeLater()) return *later;
    std::optional<std::uint32_t> before = TakeTimeBefore();
    Skip("on");
    HOLDFAST_ASSIGN_OR_RETURN(const LocalMs day, TakeDay());
    const std::size_t behind_day = at_;
    Skip("at");
    if (at_ == words_.size()) {
      return LocalMoment{WithTime(day, before), before.has_value(), false};
    }
    // "fri 5" may be Friday the 5th, or five in the afternoon.
    const bool bare = at_ == behind_day && at_ + 1 == words_.size() && NumberIn(Word()).has_value();
    if (bare) return BadMoment(option_, typed_);
    const auto time = TimeIn(at_, words_.size());
    if (!time || before) return BadMoment(option_, typed_);
    return LocalMoment{WithTime(day, time), true, false};
  }

 private:
  static LocalMs WithTime(LocalMs day, std::optional<std::uint32_t> minute) {
    return day + minute.value_or(0) * limits::kMinuteMs;
  }

  std::string_view Word(std::size_t ahead = 0) const {
    return at_ + ahead < words_.size() ? std::string_view(words_[at_ + ahead]) : std::string_view();
  }
  void Skip(std::string_view word) {
    if (Word() == word) ++at_;
  }

  // The words from `first` to `last` as one time of day.
  std::optional<std::uint32_t> TimeIn(std::size_t first, std::size_t last) const {
    std::string text;
    for (std::size_t i = first; i < last; ++i) text += (text.empty() ? "" : " ") + words_[i];
    // "24:00" ends the day; "midnight" begins it, as it always did.
    const auto time = ParseClock(text, option_, text.starts_with("24"));
    return time.ok() ? std::optional<std::uint32_t>(*time) : std::nullopt;
  }

  absl::StatusOr<LocalMoment> TodayAt(std::uint32_t minute) const {
    // "18" alone may be a day of the month as well.
    const bool certain =
        words_.front().find_first_not_of("0123456789") != std::string::npos || words_.size() > 1;
    if (!certain) return BadMoment(option_, typed_);
    const LocalMs at = WithTime(DayOf(now_), minute);
    if (at > now_) return LocalMoment{at, true, false};
    return Refuse(Reason::kUsage, option_,
                  "\"" + PrintableLine(typed_) + "\" is over today; write tomorrow " +
                      PrintableLine(typed_) + ", or another day");
  }

  // "in 2 hours": from now on, to the minute.
  std::optional<LocalMoment> TakeLater() {
    const auto steps = Word() == "in" ? StepsIn(Word(1)) : std::nullopt;
    if (!steps || words_.size() != at_ + 3) return std::nullopt;
    const std::string_view unit = Word(2);
    const bool hours = unit == "hour" || unit == "hours" || unit == "h";
    const bool minutes = unit == "minute" || unit == "minutes" || unit == "min" || unit == "m";
    if (!hours && !minutes) return std::nullopt;
    const LocalMs minute = now_ / limits::kMinuteMs * limits::kMinuteMs;
    return LocalMoment{minute + *steps * (hours ? limits::kHourMs : limits::kMinuteMs), true, true};
  }

  // "18:00 tomorrow".
  std::optional<std::uint32_t> TakeTimeBefore() {
    Skip("at");
    for (const std::size_t size : {2U, 1U}) {
      // "5" alone is a day of the month.
      const bool a_day = size == 1 && NumberIn(Word()).has_value();
      if (a_day || at_ + size >= words_.size()) continue;
      if (const auto time = TimeIn(at_, at_ + size)) {
        at_ += size;
        return time;
      }
    }
    return std::nullopt;
  }

  absl::StatusOr<LocalMs> TakeDay() {
    const std::string_view word = Word();
    for (const auto& [name, days] :
         {std::pair("yesterday", -1), std::pair("today", 0), std::pair("tomorrow", 1)}) {
      if (word != name) continue;
      ++at_;
      return OfDay(DateOf(now_) + std::chrono::days(days));
    }
    if (word == "in") return TakeSteps();
    if (const auto date = NumbersIn(word)) {
      ++at_;
      return *date;
    }
    std::string_view name = word;
    if (name.ends_with('.')) name.remove_suffix(1);
    if (const std::uint8_t weekday = WeekdayNamed(name); weekday != 0) {
      ++at_;
      return TakeWeekday(weekday);
    }
    return TakeNamedMonth();
  }

  // "in 2 weeks", "in 3 days".
  absl::StatusOr<LocalMs> TakeSteps() {
    const auto steps = StepsIn(Word(1));
    const std::string_view unit = Word(2);
    const bool days = unit == "day" || unit == "days";
    const bool weeks = unit == "week" || unit == "weeks";
    if (!steps || (!days && !weeks)) return BadMoment(option_, typed_);
    at_ += 3;
    return DayOf(now_) + *steps * (weeks ? 7 : 1) * limits::kDayMs;
  }

  // "2026-03-02" or "2026/3/2": the year in front leaves nothing open.
  static std::optional<LocalMs> NumbersIn(std::string_view word) {
    const char between = word.size() > 4 ? word[4] : '\0';
    const std::size_t second = word.find(between, 5);
    if ((between != '-' && between != '/') || second == std::string_view::npos) return {};
    const std::string_view month = word.substr(5, second - 5);
    const std::string_view day = word.substr(second + 1);
    if (month.size() > 2 || day.size() > 2) return std::nullopt;
    return DateFrom(NumberIn(word.substr(0, 4)), NumberIn(month), NumberIn(day));
  }

  // The next one, or the day of the month behind it, which has to be such a day.
  absl::StatusOr<LocalMs> TakeWeekday(std::uint8_t weekday) {
    const auto today = static_cast<std::uint8_t>(std::chrono::weekday(DateOf(now_)).iso_encoding());
    const bool dated = DayOfMonth(Word()).has_value() && MonthNamed(Word(1)).has_value();
    if (dated || MonthNamed(Word())) {
      HOLDFAST_ASSIGN_OR_RETURN(const LocalMs day, TakeNamedMonth());
      if (std::chrono::weekday(DateOf(day)).iso_encoding() == weekday) return day;
      return Refuse(Reason::kUsage, option_,
                    "\"" + PrintableLine(typed_) + "\" is another day of the week");
    }
    if (weekday == today) {
      return Refuse(Reason::kUsage, option_,
                    "\"" + PrintableLine(typed_) +
                        "\" could be today or in a week; write today, in 1 week or the date");
    }
    return DayOf(now_) + ((weekday + 7U - today) % 7) * limits::kDayMs;
  }

  // "2 Mar", "March 2", with a year behind it or the next such day.
  absl::StatusOr<LocalMs> TakeNamedMonth() {
    auto day = DayOfMonth(Word());
    auto month = MonthNamed(Word(1));
    if (!month) {
      month = MonthNamed(Word());
      day = DayOfMonth(Word(1));
    }
    if (!day || !month) return BadMoment(option_, typed_);
    at_ += 2;
    const bool with_year = Word().size() == 4 && NumberIn(Word()).has_value();
    const auto this_year = static_cast<std::uint32_t>(
        static_cast<int>(std::chrono::year_month_day(DateOf(now_)).year()));
    auto date = DateFrom(with_year ? NumberIn(Word()) : this_year, month, day);
    if (with_year) ++at_;
    // 29 Feb comes again within eight years.
    for (std::uint32_t more = 1; !with_year && more <= 8 && (!date || *date < DayOf(now_));
         ++more) {
      date = DateFrom(this_year + more, month, day);
    }
    if (date) return *date;
    return Refuse(Reason::kUsage, option_,
                  "\"" + PrintableLine(typed_) + "\" is not a day of the calendar");
  }

  const std::string_view typed_;
  const std::string_view option_;
  const LocalMs now_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

absl::StatusOr<std::uint64_t> ParseUtc(std::string_view typed, std::string_view option) {
  const absl::Status bad = Refuse(Reason::kUsage, option,
                                  "must be a time like 2026-03-02 18:00, or 2026-03-02T17:00:00Z");
  std::string_view text = typed;
  text.remove_suffix(1);
  std::uint32_t milliseconds = 0;
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    const auto read = text.size() == dot + 4 ? NumberIn(text.substr(dot + 1)) : std::nullopt;
    if (!read) return bad;
    milliseconds = *read;
    text = text.substr(0, dot);
  }
  if (text.size() != 19 || text[16] != ':' || text.substr(11, 2) == "24") return bad;
  const auto seconds = NumberIn(text.substr(17));
  if (!seconds || *seconds >= 60) return bad;
  const auto utc = ParseMoment(text.substr(0, 16), option, 0);
  if (!utc.ok() || !utc->has_time) return bad;
  return utc->at + *seconds * limits::kSecondMs + milliseconds;
}

}  // namespace

absl::StatusOr<LocalMoment> ParseMoment(std::string_view text, std::string_view option,
                                        LocalMs now) {
  return MomentReader(text, option, now).Read();
}

absl::StatusOr<LocalMs> ParseDay(std::string_view text, std::string_view option, LocalMs now) {
  HOLDFAST_ASSIGN_OR_RETURN(const LocalMoment moment, ParseMoment(text, option, now));
  if (!moment.has_time) return moment.at;
  return Refuse(Reason::kUsage, option,
                "is a day, without a time: \"" + PrintableLine(text) + "\" has one");
}

absl::StatusOr<std::uint64_t> ParseInstant(std::string_view text, std::string_view option,
                                           std::uint64_t now_ms) {
  const std::string typed = Trimmed(Plain(text));
  if (typed.size() > 16 && typed.ends_with('Z')) return ParseUtc(typed, option);
  const LocalMs now = ToOwnClock(now_ms);
  HOLDFAST_ASSIGN_OR_RETURN(const LocalMoment moment, ParseMoment(typed, option, now));
  // Hours are as long as they are, also where the clock is changed in between.
  if (moment.is_from_now)
    return now_ms / limits::kMinuteMs * limits::kMinuteMs +
           (moment.at - now / limits::kMinuteMs * limits::kMinuteMs);
  if (moment.has_time) return FromOwnClock(moment.at);
  return Refuse(Reason::kUsage, option,
                "needs a time of the day as well, like \"" + PrintableLine(typed) + " 9:00\"");
}

}  // namespace holdfast::client::cli
