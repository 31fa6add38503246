// The local dates of a rule. libical expands them one period (a day, a week, a
// month) at a time; which periods count is arithmetic here, so that no rule can
// make it search on and on.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "rules/rule.h"

namespace holdfast {

class RuleDates {
 public:
  // The rule's dates from `from` on until `last`, both included. `first` is the
  // rhythm's first date: intervals count from its day, week (from Monday) or month,
  // no date is before it, and its weekday or day of the month is meant where the
  // rule names no days. COUNT and UNTIL are the caller's.
  RuleDates(Rule rule, std::chrono::sys_days first, std::chrono::sys_days from,
            std::chrono::sys_days last);
  ~RuleDates();
  RuleDates(const RuleDates&) = delete;
  RuleDates& operator=(const RuleDates&) = delete;

  // Ascending, each once; nothing after the last.
  std::optional<std::chrono::sys_days> Next();

 private:
  struct Expansion;

  std::chrono::sys_days PeriodBegin(std::uint32_t period) const;
  // Number of the period that holds `date`, in periods since that of first_.
  std::uint32_t PeriodOf(std::chrono::sys_days date) const;
  // Whether this period is a day that the rule does not name.
  bool IsOtherDay() const;
  void Open();

  Rule rule_;
  std::chrono::sys_days first_;
  std::chrono::sys_days from_;
  std::chrono::sys_days last_;
  std::uint32_t period_ = 0;              // a multiple of the rule's interval
  std::chrono::sys_days period_end_;      // not included
  std::unique_ptr<Expansion> expansion_;  // of this period; null: not begun
};

}  // namespace holdfast
