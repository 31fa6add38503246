#include "rules/rule_dates.h"

#include <libical/ical.h>

#include <algorithm>
#include <map>
#include <string>

namespace holdfast {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month;
using std::chrono::year_month_day;

year_month MonthOf(sys_days date) {
  const year_month_day parts(date);
  return parts.year() / parts.month();
}

sys_days MondayOf(sys_days date) { return date - days(WeekdayOf(date) - 1); }

// The rule within a week or a month, as libical reads it: every part explicit, so that
// nothing depends on the day from which it expands.
std::string PeriodRule(const Rule& rule, sys_days first) {
  const std::string by_day = ";BYDAY=" + RuleDaysText(rule.days);
  if (rule.frequency == Frequency::kWeekly) {
    if (!rule.days.empty()) return "FREQ=WEEKLY" + by_day;
    return "FREQ=WEEKLY;BYDAY=" + RuleDaysText({{WeekdayOf(first), 0}});
  }
  if (!rule.days.empty()) return "FREQ=MONTHLY" + by_day;
  const auto day = static_cast<unsigned>(year_month_day(first).day());
  return "FREQ=MONTHLY;BYMONTHDAY=" + std::to_string(day);
}

icaltimetype ToIcal(sys_days date) {
  const year_month_day parts(date);
  icaltimetype time{};  // icaltime_null_date() has an hour of -1
  time.is_date = 1;
  time.year = static_cast<int>(parts.year());
  time.month = static_cast<int>(static_cast<unsigned>(parts.month()));
  time.day = static_cast<int>(static_cast<unsigned>(parts.day()));
  return time;
}

}  // namespace

struct RuleDates::Expansion {
  Expansion(const std::string& rule, sys_days from)
      : iterator(
            icalrecur_iterator_new(icalrecurrencetype_from_string(rule.c_str()), ToIcal(from))) {}
  ~Expansion() {
    if (iterator != nullptr) icalrecur_iterator_free(iterator);
  }
  Expansion(const Expansion&) = delete;
  Expansion& operator=(const Expansion&) = delete;

  std::optional<sys_days> Next() {
    if (iterator == nullptr) return std::nullopt;
    const icaltimetype time = icalrecur_iterator_next(iterator);
    if (icaltime_is_null_time(time)) return std::nullopt;
    return year_month_day(std::chrono::year(time.year),
                          std::chrono::month(static_cast<unsigned>(time.month)),
                          std::chrono::day(static_cast<unsigned>(time.day)));
  }

  icalrecur_iterator* iterator;
};

RuleDates::RuleDates(Rule rule, sys_days first, sys_days from, sys_days last)
    : rule_(std::move(rule)), first_(first), from_(std::max(first, from)), last_(last) {
  period_ = PeriodOf(from_);
  if (const std::uint32_t over = period_ % rule_.interval; over != 0) {
    period_ += rule_.interval - over;
  }
}

RuleDates::~RuleDates() = default;

sys_days RuleDates::PeriodBegin(std::uint32_t period) const {
  const auto number = static_cast<int>(period);
  switch (rule_.frequency) {
    case Frequency::kDaily:
      return first_ + days(number);
    case Frequency::kWeekly:
      return MondayOf(first_) + days(7 * number);
    case Frequency::kMonthly:
      break;
  }
  return sys_days((MonthOf(first_) + months(number)) / std::chrono::day(1));
}

std::uint32_t RuleDates::PeriodOf(sys_days date) const {
  switch (rule_.frequency) {
    case Frequency::kDaily:
      return static_cast<std::uint32_t>((date - first_).count());
    case Frequency::kWeekly:
      return static_cast<std::uint32_t>((date - MondayOf(first_)).count() / 7);
    case Frequency::kMonthly:
      break;
  }
  return static_cast<std::uint32_t>((MonthOf(date) - MonthOf(first_)).count());
}

std::optional<sys_days> RuleDates::Next() {
  switch (rule_.frequency) {
    case Frequency::kDaily:
      return NextOfDays();
    case Frequency::kWeekly:
      return NextOfWeeks();
    case Frequency::kMonthly:
      break;
  }
  return NextOfMonths();
}

std::optional<sys_days> RuleDates::NextOfDays() {
  for (; PeriodBegin(period_) <= last_; GoOn()) {
    const sys_days date = PeriodBegin(period_);
    const bool counts = rule_.days.empty() ||
                        std::ranges::count(rule_.days, WeekdayOf(date), &RuleDay::weekday) != 0;
    if (!counts) continue;
    GoOn();
    return date;
  }
  return std::nullopt;
}

// A thread expands each kind of week once: all weeks are alike, and the days that a
// rule may name make 127 kinds.
const std::vector<days>& RuleDates::Week() const {
  thread_local std::map<std::string, std::vector<days>, std::less<>> weeks;
  const std::string rule = PeriodRule(rule_, first_);
  if (const auto known = weeks.find(rule); known != weeks.end()) return known->second;
  const sys_days monday = PeriodBegin(period_);
  Expansion expansion(rule, monday);
  std::vector<days> week;
  const std::size_t named = std::max<std::size_t>(rule_.days.size(), 1);
  while (week.size() < named) {
    const std::optional<sys_days> date = expansion.Next();
    if (!date) break;
    week.push_back(*date - monday);
  }
  return weeks.emplace(rule, std::move(week)).first->second;
}

std::optional<sys_days> RuleDates::NextOfWeeks() {
  if (week_ == nullptr) week_ = &Week();
  for (; PeriodBegin(period_) <= last_; GoOn(), in_week_ = 0) {
    while (in_week_ < week_->size()) {
      const sys_days date = PeriodBegin(period_) + (*week_)[in_week_++];
      if (date > last_) return std::nullopt;
      if (date >= from_) return date;
    }
  }
  return std::nullopt;
}

void RuleDates::OpenMonths() {
  const sys_days begin = std::max(PeriodBegin(period_), from_);
  // Without an interval between them all months are one.
  months_end_ = rule_.interval == 1 ? last_ + days(1) : PeriodBegin(period_ + 1);
  expansion_ = std::make_unique<Expansion>(PeriodRule(rule_, first_), begin);
}

std::optional<sys_days> RuleDates::NextOfMonths() {
  for (; PeriodBegin(period_) <= last_; GoOn()) {
    if (expansion_ == nullptr) OpenMonths();
    const std::optional<sys_days> date = expansion_->Next();
    if (date && *date > last_) return std::nullopt;
    if (date && *date < months_end_) return date;
    if (rule_.interval == 1) return std::nullopt;
    expansion_.reset();
  }
  return std::nullopt;
}

}  // namespace holdfast
