#include "client/cli/words/times.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace holdfast::client::cli {
namespace {

// Not from the locale: the sentences around are English too.
constexpr std::array<std::string_view, 7> kWeekdayNames = {"Sun", "Mon", "Tue", "Wed",
                                                           "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Milliseconds of the local wall, counted like UTC.
std::uint64_t OnOwnWall(std::uint64_t time_ms) {
  const auto seconds = static_cast<std::time_t>(time_ms / 1000);
  std::tm local = {};
  localtime_r(&seconds, &local);
  return time_ms + static_cast<std::uint64_t>(std::int64_t{local.tm_gmtoff} * 1000);
}

std::chrono::sys_days DateAt(std::uint64_t local_ms) {
  return std::chrono::sys_days(std::chrono::days(static_cast<std::int64_t>(local_ms / 86'400'000)));
}

// "4 Mar".
std::string DayAndMonth(const std::chrono::year_month_day& date) {
  return std::to_string(static_cast<unsigned>(date.day())) + " " +
         std::string(kMonths[static_cast<unsigned>(date.month()) - 1]);
}

// " CET".
std::string ZoneAt(std::uint64_t time_ms) {
  const auto seconds = static_cast<std::time_t>(time_ms / 1000);
  std::tm local = {};
  localtime_r(&seconds, &local);
  std::array<char, 64> zone{};
  std::strftime(zone.data(), zone.size(), " %Z", &local);
  return zone.data();
}

}  // namespace

std::string Rfc3339(std::uint64_t time_ms) {
  if (time_ms == 0) return {};
  const auto seconds = static_cast<std::time_t>(time_ms / 1000);
  std::tm utc = {};
  gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                static_cast<int>(time_ms % 1000));
  return text.data();
}

std::string LocalDay(std::uint64_t time_ms, std::uint64_t now_ms) {
  return DayInWords(OnOwnWall(time_ms), OnOwnWall(now_ms));
}

std::string LocalDate(std::uint64_t time_ms) {
  const std::chrono::year_month_day date(DateAt(OnOwnWall(time_ms)));
  return DayAndMonth(date) + " " + std::to_string(static_cast<int>(date.year()));
}

std::string DayInWords(std::uint64_t local_ms, std::uint64_t local_now_ms) {
  const auto now = DateAt(local_now_ms);
  const auto day = DateAt(local_ms);
  if (day == now) return "today";
  if (day + std::chrono::days(1) == now) return "yesterday";
  if (day == now + std::chrono::days(1)) return "tomorrow";
  const std::chrono::year_month_day date(day);
  std::string text(kWeekdayNames[std::chrono::weekday(day).c_encoding()]);
  text += " " + DayAndMonth(date);
  const bool other_year = date.year() != std::chrono::year_month_day(now).year();
  return other_year ? text + " " + std::to_string(static_cast<int>(date.year())) : text;
}

std::string MomentInWords(std::uint64_t local_ms, std::uint64_t local_now_ms) {
  const auto minutes = static_cast<unsigned>(local_ms / 60'000 % (24 * 60));
  std::array<char, 32> clock{};
  std::snprintf(clock.data(), clock.size(), ", %02u:%02u", minutes / 60, minutes % 60);
  return DayInWords(local_ms, local_now_ms) + clock.data();
}

std::string OnDay(const std::string& day) {
  const bool near =
      day.starts_with("today") || day.starts_with("yesterday") || day.starts_with("tomorrow");
  return near ? day : "on " + day;
}

std::string FullTime(std::uint64_t time_ms) {
  static constexpr std::array<std::string_view, 7> kWeekdays = {
      "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  static constexpr std::array<std::string_view, 12> kLongMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const std::uint64_t local_ms = OnOwnWall(time_ms);
  const auto day = DateAt(local_ms);
  const std::chrono::year_month_day date(day);
  const auto minutes = static_cast<unsigned>(local_ms / 60'000 % (24 * 60));
  std::array<char, 32> clock{};
  std::snprintf(clock.data(), clock.size(), ", %02u:%02u", minutes / 60, minutes % 60);
  return std::string(kWeekdays[std::chrono::weekday(day).c_encoding()]) + " " +
         std::to_string(static_cast<unsigned>(date.day())) + " " +
         std::string(kLongMonths[static_cast<unsigned>(date.month()) - 1]) + " " +
         std::to_string(static_cast<int>(date.year())) + clock.data() + ZoneAt(time_ms);
}

std::string WholeTime(std::uint64_t time_ms) {
  // Far from any day that would be named.
  constexpr std::uint64_t kFarMs = 800 * std::uint64_t{24 * 60 * 60 * 1000};
  return LocalTime(time_ms, time_ms + kFarMs) + ZoneAt(time_ms);
}

std::string LocalTime(std::uint64_t time_ms, std::uint64_t now_ms) {
  return MomentInWords(OnOwnWall(time_ms), OnOwnWall(now_ms));
}

}  // namespace holdfast::client::cli
