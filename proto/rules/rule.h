// A rhythm's rule taken apart: the parts of RFC 5545's RRULE that are allowed, and
// their one canonical text (crypto/PROTOCOL.md "Rhythm").
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace holdfast {

enum class Frequency : std::uint8_t { kDaily, kWeekly, kMonthly };

// "TU" or, in a month, "2TU" and "-1TU".
struct RuleDay {
  std::uint8_t weekday = 0;  // 1 Monday to 7 Sunday
  std::int8_t ordinal = 0;   // 0: every one; 1 to 5 from the month's begin, -1 to -5 from its end

  auto operator<=>(const RuleDay&) const = default;
};

struct Rule {
  Frequency frequency = Frequency::kWeekly;
  std::uint32_t interval = 1;                  // 1 to limits::kRuleIntervalMax
  std::vector<RuleDay> days;                   // ascending, each once; may be empty
  std::uint32_t count = 0;                     // 1 to limits::kRuleCountMax; 0: none
  std::optional<std::chrono::sys_days> until;  // the last local date; never beside a count
};

// Letters of either case, parts in any order, each once. malformed_field naming
// "rhythm.rule" for everything else.
absl::StatusOr<Rule> ParseRule(std::string_view text);
std::string RuleText(const Rule& rule);

// "MO,-1FR"; the number is 1 Monday to 7 Sunday.
std::string RuleDaysText(const std::vector<RuleDay>& days);
std::uint8_t WeekdayOf(std::chrono::sys_days date);

}  // namespace holdfast
