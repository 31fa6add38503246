// The local dates of a rule. libical expands a week once, as all weeks are alike, and
// months one after the other; which days, weeks and months count is arithmetic here,
// so that no rule can make it search on and on.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

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
  void GoOn() { period_ += rule_.interval; }
  std::optional<std::chrono::sys_days> NextOfDays();
  std::optional<std::chrono::sys_days> NextOfWeeks();
  std::optional<std::chrono::sys_days> NextOfMonths();
  const std::vector<std::chrono::days>& Week() const;
  void OpenMonths();

  Rule rule_;
  std::chrono::sys_days first_;
  std::chrono::sys_days from_;
  std::chrono::sys_days last_;
  std::uint32_t period_ = 0;  // a multiple of the rule's interval

  // What a week's dates are after its Monday; the thread's. Null: not yet asked for.
  const std::vector<std::chrono::days>* week_ = nullptr;
  std::size_t in_week_ = 0;  // of week_, the next

  std::chrono::sys_days months_end_;      // of what is expanded; not included
  std::unique_ptr<Expansion> expansion_;  // of months; null: not begun
};

}  // namespace holdfast
