#include "client/host/zone_rule.h"

#include <array>

#include "rules/errors.h"

namespace holdfast::client {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr int kHoursMax = 167;

// Days since 1970 of a date of the Gregorian calendar.
std::int64_t DaysOf(int year, int month, int day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t of_era = y - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

bool IsLeap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int DaysIn(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays.at(static_cast<std::size_t>(month - 1));
}

// Reads from the front; the first thing that does not fit is remembered.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool done() const { return rest_.empty(); }
  bool Take(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void Need(char expected) { ok_ = Take(expected) && ok_; }

  int Number(int least, int most) {
    int value = 0;
    std::size_t digits = 0;
    while (digits < 3 && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
      ++digits;
    }
    ok_ = ok_ && digits > 0 && value >= least && value <= most;
    return value;
  }

  void Name() {
    const bool quoted = Take('<');
    std::size_t size = 0;
    while (size < rest_.size() && IsOfName(rest_[size], quoted)) ++size;
    ok_ = ok_ && size >= 3;
    rest_.remove_prefix(size);
    if (quoted) Need('>');
  }

  // Hours, minutes and seconds with a sign.
  std::int32_t Time() {
    const bool minus = Take('-');
    if (!minus) Take('+');
    std::int32_t seconds = Number(0, kHoursMax) * 3600;
    if (Take(':')) seconds += Number(0, 59) * 60;
    if (Take(':')) seconds += Number(0, 59);
    return minus ? -seconds : seconds;
  }

  RuleDay Day() {
    RuleDay day;
    if (Take('M')) {
      day.month = Number(1, 12);
      Need('.');
      day.week = Number(1, 5);
      Need('.');
      day.day = Number(0, 6);
    } else if (Take('J')) {
      day.form = RuleDay::Form::kJulian;
      day.day = Number(1, 365);
    } else {
      day.form = RuleDay::Form::kZeroBased;
      day.day = Number(0, 365);
    }
    if (Take('/')) day.time_s = Time();
    return day;
  }

  bool AtTime() const {
    return !rest_.empty() && (rest_.front() == '-' || rest_.front() == '+' ||
                              (rest_.front() >= '0' && rest_.front() <= '9'));
  }

 private:
  static bool IsOfName(char c, bool quoted) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return letter || (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

absl::StatusOr<ZoneRule> ParseZoneRule(std::string_view text) {
  Reader reader(text);
  ZoneRule rule;
  reader.Name();
  rule.standard_s = -reader.Time();
  if (!reader.done()) {
    reader.Name();
    rule.summer_s = reader.AtTime() ? -reader.Time() : rule.standard_s + 3600;
    reader.Need(',');
    rule.begins = reader.Day();
    reader.Need(',');
    rule.ends = reader.Day();
  }
  if (reader.ok() && reader.done()) return rule;
  return Refuse(Reason::kMalformedField, "zone", "has a rule in its file that makes no sense");
}

std::int64_t LocalSecondsOf(const RuleDay& day, int year) {
  std::int64_t days = DaysOf(year, 1, 1);
  if (day.form == RuleDay::Form::kJulian) {
    // The 29th of February is never counted.
    days += day.day - 1 + (IsLeap(year) && day.day >= 60 ? 1 : 0);
  } else if (day.form == RuleDay::Form::kZeroBased) {
    days += day.day;
  } else {
    const std::int64_t first = DaysOf(year, day.month, 1);
    const auto weekday = static_cast<int>((first % 7 + 11) % 7);  // 1970-01-01 was a Thursday
    int date = 1 + (day.day - weekday + 7) % 7 + (day.week - 1) * 7;
    if (date > DaysIn(year, day.month)) date -= 7;
    days = first + date - 1;
  }
  return days * kDaySeconds + day.time_s;
}

int YearOf(std::int64_t seconds) {
  int year = 1970 + static_cast<int>(seconds / (365 * kDaySeconds));
  while (DaysOf(year, 1, 1) * kDaySeconds > seconds) --year;
  return year;
}

}  // namespace holdfast::client
