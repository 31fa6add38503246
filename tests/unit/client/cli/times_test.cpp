// Times as people read and write them.
#include "client/cli/words/times.h"

#include <cstdlib>
#include <ctime>

#include "client/cli/words/date_input.h"
#include "rules/limits.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

using limits::kDayMs;
using limits::kHourMs;
constexpr std::uint64_t kWednesdayMs = 1'772'643'900'007;  // 2026-03-04T17:05:00.007Z

void UseZone(const char* zone) {
  setenv("TZ", zone, 1);
  tzset();
}

TEST_CASE("in three hours is in three hours, also in the night in which the clock goes back",
          "[times]") {
  UseZone("Europe/Zurich");
  constexpr std::uint64_t kBeforeMs = 1'792'884'600'000;  // 2026-10-24 23:30 UTC, 01:30 there
  CHECK(ParseInstant("in 3 hours", "--at", kBeforeMs).value() == kBeforeMs + 3 * kHourMs);
  CHECK(ParseInstant("in 90 min", "--at", kBeforeMs).value() == kBeforeMs + kHourMs * 3 / 2);
  CHECK_FALSE(ParseInstant("fri 5", "--at", kBeforeMs).ok());
  CHECK(ParseInstant("fri at 5", "--at", kBeforeMs).ok());
  UseZone("UTC");
}

TEST_CASE("programs get RFC 3339 in UTC whatever the zone", "[times]") {
  UseZone("America/New_York");
  CHECK(Rfc3339(kWednesdayMs) == "2026-03-04T17:05:00.007Z");
  CHECK(Rfc3339(0).empty());
  UseZone("UTC");
}

TEST_CASE("people get their own time, with the day in words where it is near", "[times]") {
  UseZone("UTC");
  CHECK(LocalTime(kWednesdayMs, kWednesdayMs) == "today, 17:05");
  CHECK(LocalTime(kWednesdayMs, kWednesdayMs + kDayMs) == "yesterday, 17:05");
  CHECK(LocalTime(kWednesdayMs, kWednesdayMs - kDayMs) == "tomorrow, 17:05");
  CHECK(LocalTime(kWednesdayMs, kWednesdayMs + 3 * kDayMs) == "Wed 4 Mar, 17:05");
  CHECK(LocalTime(kWednesdayMs, kWednesdayMs + 365 * kDayMs) == "Wed 4 Mar 2026, 17:05");
  CHECK(LocalDay(kWednesdayMs, kWednesdayMs + 3 * kDayMs) == "Wed 4 Mar");
  CHECK(WholeTime(kWednesdayMs) == "Wed 4 Mar 2026, 17:05 UTC");
  UseZone("Asia/Tokyo");
  CHECK(LocalTime(kWednesdayMs, kWednesdayMs) == "today, 02:05");
  CHECK(WholeTime(kWednesdayMs) == "Thu 5 Mar 2026, 02:05 JST");
  UseZone("UTC");
}

TEST_CASE("a day that the clocks made shorter or longer is still one day", "[times]") {
  UseZone("Europe/Berlin");
  const std::uint64_t sunday_ms = 1'774'738'800'000;  // 2026-03-29 00:00 CET, 23 hours long
  CHECK(LocalTime(sunday_ms, sunday_ms + 23 * kHourMs) == "yesterday, 00:00");
  CHECK(LocalTime(sunday_ms + 23 * kHourMs, sunday_ms) == "tomorrow, 00:00");
  UseZone("UTC");
}

}  // namespace
}  // namespace holdfast::client::cli
