// Times for people (local) and for programs (RFC 3339, UTC).
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::client::cli {

// "2026-03-04T17:05:06.007Z"; empty for 0.
std::string Rfc3339(std::uint64_t time_ms);

// Local: "today, 17:05", "yesterday, 17:05", "tomorrow, 17:05", else
// "Wed 4 Mar, 17:05", with the year where it is not the year of `now_ms`.
std::string LocalTime(std::uint64_t time_ms, std::uint64_t now_ms);

// The same without the time of day: "today", "Wed 4 Mar".
std::string LocalDay(std::uint64_t time_ms, std::uint64_t now_ms);

// The same of times that are local already, whatever the zone: "today", "Wed 4 Mar", and
// with the time of day.
std::string DayInWords(std::uint64_t local_ms, std::uint64_t local_now_ms);
std::string MomentInWords(std::uint64_t local_ms, std::uint64_t local_now_ms);

// Local, with the year, whatever day it is: "4 Mar 2026".
std::string LocalDate(std::uint64_t time_ms);

// Local with weekday, year and zone, whatever day it is: "Wed 4 Mar 2026, 17:05 CET".
std::string WholeTime(std::uint64_t time_ms);

// The same in full: "Wednesday 4 March 2026, 17:05 CET".
std::string FullTime(std::uint64_t time_ms);

// As it stands within a sentence: "today", "on Wed 4 Mar".
std::string OnDay(const std::string& day);

}  // namespace holdfast::client::cli
