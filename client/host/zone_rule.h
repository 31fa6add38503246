// The rule at the end of a compiled time zone (RFC 8536, 3.3): "CET-1CEST,M3.5.0,
// M10.5.0/3".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

namespace holdfast::client {

// A day of a year, and seconds after its midnight: from -167 to 167 hours.
struct RuleDay {
  enum class Form : std::uint8_t { kJulian, kZeroBased, kMonthWeek };
  Form form = Form::kMonthWeek;
  int day = 0;    // kJulian 1 to 365, kZeroBased 0 to 365, else weekday 0 Sunday
  int month = 0;  // 1 to 12
  int week = 0;   // 1 to 5, 5 is the last
  std::int32_t time_s = 7200;
};

struct ZoneRule {
  std::int32_t standard_s = 0;  // local = UTC + offset
  std::optional<std::int32_t> summer_s;
  RuleDay begins;  // of summer time, on the standard clock
  RuleDay ends;    // on the summer clock
};

// malformed_field naming "zone".
absl::StatusOr<ZoneRule> ParseZoneRule(std::string_view text);

// Seconds since 1970 on the local clock at which it happens.
std::int64_t LocalSecondsOf(const RuleDay& day, int year);
int YearOf(std::int64_t seconds);

}  // namespace holdfast::client
