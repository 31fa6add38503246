#include "simulation/calendar.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string_view>
#include <vector>

#include "rules/limits.h"

namespace holdfast::simulation {
namespace {

using limits::kDayMs;
using limits::kMinuteMs;

constexpr std::uint64_t kAheadDays = std::uint64_t{5} * 366;
constexpr std::uint64_t kMondayBefore1970 = 3;  // 1 January 1970 was a Thursday

std::uint64_t Less(LocalMs local, std::int32_t offset_s) {
  return local - static_cast<std::uint64_t>(std::int64_t{offset_s} * 1000);
}

std::int32_t OffsetOf(const Zone& zone, std::uint64_t at_ms) {
  std::int32_t offset_s = zone.first_offset_s;
  for (const ZoneChange& change : zone.changes) {
    if (change.at_ms <= at_ms) offset_s = change.offset_s;
  }
  return offset_s;
}

std::uint64_t LocalDay(const Zone& zone, std::uint64_t at_ms) {
  return Less(at_ms, -OffsetOf(zone, at_ms)) / kDayMs;
}

// 1 Monday to 7 Sunday; `day` counts from 1970.
std::uint64_t Weekday(std::uint64_t day) { return (day + kMondayBefore1970) % 7 + 1; }
std::uint64_t Week(std::uint64_t day) { return (day + kMondayBefore1970) / 7; }

std::chrono::year_month_day DateOf(std::uint64_t day) {
  return std::chrono::sys_days(std::chrono::days(day));
}
std::uint64_t Month(std::uint64_t day) {
  const auto date = DateOf(day);
  return static_cast<std::uint64_t>(static_cast<int>(date.year())) * 12 +
         static_cast<unsigned>(date.month());
}

// A rule's part, such as BYDAY; empty where it has none.
std::string_view PartOf(std::string_view rule, std::string_view name) {
  const std::size_t at = rule.find(name);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = rule.substr(at + name.size() + 1);
  return rest.substr(0, rest.find(';'));
}

std::uint64_t NumberIn(std::string_view text, std::uint64_t otherwise) {
  std::uint64_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "MO" or, in a month, "2TU" and "-1FR".
bool IsNamedDay(std::string_view name, std::uint64_t day) {
  constexpr std::string_view kNames = "MOTUWETHFRSASU";
  const std::string_view weekday = name.substr(name.size() - 2);
  if (kNames.find(weekday) / 2 + 1 != Weekday(day)) return false;
  const unsigned of_month = static_cast<unsigned>(DateOf(day).day());
  if (name.size() == 2) return true;
  if (name.front() == '-')
    return Month(day + 7 * NumberIn(name.substr(1), 0)) != Month(day) &&
           Month(day + 7 * (NumberIn(name.substr(1), 0) - 1)) == Month(day);
  return (of_month - 1) / 7 + 1 == NumberIn(name, 0);
}

bool IsNamedDayIn(std::string_view names, std::uint64_t day) {
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    if (IsNamedDay(names.substr(0, comma), day)) return true;
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return false;
}

bool IsOpeningDay(std::string_view rule, std::uint64_t first, std::uint64_t day) {
  const std::uint64_t interval = NumberIn(PartOf(rule, "INTERVAL"), 1);
  const std::string_view days = PartOf(rule, "BYDAY");
  const std::string_view frequency = PartOf(rule, "FREQ");
  if (frequency == "DAILY") {
    return (day - first) % interval == 0 && (days.empty() || IsNamedDayIn(days, day));
  }
  if (frequency == "WEEKLY") {
    if ((Week(day) - Week(first)) % interval != 0) return false;
    return days.empty() ? Weekday(day) == Weekday(first) : IsNamedDayIn(days, day);
  }
  if ((Month(day) - Month(first)) % interval != 0) return false;
  return days.empty() ? DateOf(day).day() == DateOf(first).day() : IsNamedDayIn(days, day);
}

struct Stretch {
  std::uint64_t from_ms = 0;
  std::uint64_t until_ms = 0;
};

// The working time of a local day from `from_ms` on, in order.
std::vector<Stretch> WorkOf(const Availability& availability, std::uint64_t day,
                            std::uint64_t from_ms) {
  std::vector<Stretch> work;
  for (const WorkingHours& hours : availability.hours) {
    if (hours.weekday != Weekday(day)) continue;
    const LocalMs midnight = day * kDayMs;
    Stretch rest{
        std::max(from_ms, InstantOf(availability.zone, midnight + hours.from_minute * kMinuteMs)),
        InstantOf(availability.zone, midnight + hours.until_minute * kMinuteMs)};
    for (const Away& away : availability.away) {
      if (away.until_ms <= rest.from_ms || away.from_ms >= rest.until_ms) continue;
      if (away.from_ms > rest.from_ms) work.push_back({rest.from_ms, away.from_ms});
      rest.from_ms = away.until_ms;
    }
    if (rest.from_ms < rest.until_ms) work.push_back(rest);
  }
  return work;
}

}  // namespace

std::uint64_t InstantOf(const Zone& zone, LocalMs local) {
  std::optional<std::uint64_t> first;
  const auto consider = [&](std::int32_t offset_s) {
    const std::uint64_t at_ms = Less(local, offset_s);
    if (OffsetOf(zone, at_ms) == offset_s && (!first || at_ms < *first)) first = at_ms;
  };
  consider(zone.first_offset_s);
  for (const ZoneChange& change : zone.changes) consider(change.offset_s);
  if (first) return *first;
  std::int32_t before_s = zone.first_offset_s;
  for (const ZoneChange& change : zone.changes) {
    const bool skips =
        Less(local, before_s) >= change.at_ms && Less(local, change.offset_s) < change.at_ms;
    if (skips) break;
    before_s = change.offset_s;
  }
  return Less(local, before_s);
}

std::optional<Slot> SlotAfter(const Rhythm& rhythm, std::uint64_t after_ms) {
  const std::uint64_t first = rhythm.first / kDayMs;
  const std::uint64_t count_max = NumberIn(PartOf(rhythm.rule, "COUNT"), kAheadDays);
  const std::uint64_t last = std::max(first, after_ms / kDayMs) + kAheadDays;
  std::uint64_t count = 0;
  for (std::uint64_t day = first; day <= last; ++day) {
    if (!IsOpeningDay(rhythm.rule, first, day)) continue;
    if (++count > count_max) break;
    if ((day + 3) * kDayMs < after_ms) continue;
    const std::uint64_t opens_ms = InstantOf(rhythm.zone, day * kDayMs + rhythm.first % kDayMs);
    if (opens_ms <= after_ms) continue;
    return Slot{SlotIdOf(rhythm.number, opens_ms), opens_ms,
                opens_ms + rhythm.window_minutes * kMinuteMs};
  }
  return std::nullopt;
}

std::optional<std::uint64_t> AfterWork(const Availability& availability, std::uint64_t from_ms,
                                       std::uint64_t work_ms) {
  const std::uint64_t last_ms = from_ms + limits::kDueAheadMsMax;
  const std::uint64_t today = LocalDay(availability.zone, from_ms);
  for (std::uint64_t day = today - 1; day * kDayMs <= last_ms + 2 * kDayMs; ++day) {
    for (const Stretch& work : WorkOf(availability, day, from_ms)) {
      const std::uint64_t length_ms = work.until_ms - work.from_ms;
      if (work_ms > length_ms) {
        work_ms -= length_ms;
        continue;
      }
      if (work.from_ms + work_ms > last_ms) return std::nullopt;
      return work.from_ms + work_ms;
    }
  }
  return std::nullopt;
}

bool IsWorking(const Availability& availability, std::uint64_t at_ms) {
  return AfterWork(availability, at_ms, 0) == at_ms;
}

}  // namespace holdfast::simulation
