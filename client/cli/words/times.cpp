#include "client/cli/words/times.h"

#include <array>
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

std::tm Local(std::uint64_t time_ms) {
  const auto seconds = static_cast<std::time_t>(time_ms / 1000);
  std::tm local = {};
  localtime_r(&seconds, &local);
  return local;
}

bool SameDay(const std::tm& a, const std::tm& b) {
  return a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
}

// `now` moved by whole days; noon, so that no change of the clocks matters.
std::tm DaysFrom(std::tm now, int days) {
  now.tm_mday += days;
  now.tm_hour = 12;
  now.tm_isdst = -1;
  const std::time_t seconds = std::mktime(&now);
  std::tm moved = {};
  localtime_r(&seconds, &moved);
  return moved;
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
  const std::tm day = Local(time_ms);
  const std::tm now = Local(now_ms);
  if (SameDay(day, now)) return "today";
  if (SameDay(day, DaysFrom(now, -1))) return "yesterday";
  if (SameDay(day, DaysFrom(now, 1))) return "tomorrow";
  std::string text(kWeekdayNames[static_cast<std::size_t>(day.tm_wday)]);
  text += " " + std::to_string(day.tm_mday) + " ";
  text += kMonths[static_cast<std::size_t>(day.tm_mon)];
  if (day.tm_year != now.tm_year) text += " " + std::to_string(day.tm_year + 1900);
  return text;
}

std::string LocalTime(std::uint64_t time_ms, std::uint64_t now_ms) {
  const std::tm local = Local(time_ms);
  std::array<char, 32> clock{};
  std::snprintf(clock.data(), clock.size(), ", %02d:%02d", local.tm_hour, local.tm_min);
  return LocalDay(time_ms, now_ms) + clock.data();
}

}  // namespace holdfast::client::cli
