#include "simulation/world_zones.h"

#include <algorithm>
#include <chrono>

#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::simulation {
namespace {

using std::chrono::Sunday;
using std::chrono::year;

constexpr int kFirstYear = 2025;
constexpr int kLastYear = 2040;
constexpr std::uint64_t kDoctoredLaterMs = 7 * limits::kDayMs;

template <class Date>
std::uint64_t At(Date date, std::int64_t minutes) {
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return static_cast<std::uint64_t>(days * static_cast<std::int64_t>(limits::kDayMs) +
                                    minutes * static_cast<std::int64_t>(limits::kMinuteMs));
}

void AddYear(std::vector<ZoneChange>& changes, std::string_view name, int number) {
  const year of(number);
  using namespace std::chrono;
  if (name == "Europe/Berlin") {
    changes.push_back({At(of / March / Sunday[last], 60), 7200});
    changes.push_back({At(of / October / Sunday[last], 60), 3600});
  } else if (name == "America/New_York") {
    changes.push_back({At(of / March / Sunday[2], 7L * 60), -4 * 3600});
    changes.push_back({At(of / November / Sunday[1], 6L * 60), -5 * 3600});
  } else if (name == "Australia/Lord_Howe") {
    changes.push_back({At(of / April / Sunday[1], -9L * 60), 37'800});
    changes.push_back({At(of / October / Sunday[1], -9L * 60 + 30), 39'600});
  }
}

std::int32_t FirstOffset(std::string_view name) {
  if (name == "Europe/Berlin") return 3600;
  if (name == "America/New_York") return -5 * 3600;
  return name == "Australia/Lord_Howe" ? 39'600 : 19'800;
}

}  // namespace

absl::StatusOr<Zone> DeviceZones::Read(const std::string& name, std::uint64_t from_ms,
                                       std::uint64_t until_ms) {
  if (std::ranges::find(kZoneNames, name) == kZoneNames.end()) {
    return Refuse(Reason::kUsage, "zone", "is none that this device knows");
  }
  std::vector<ZoneChange> changes;
  for (int number = kFirstYear; number <= kLastYear; ++number) AddYear(changes, name, number);
  if (is_doctored_) {
    for (ZoneChange& change : changes) change.at_ms += kDoctoredLaterMs;
    if (changes.empty()) changes.push_back({At(year(2027) / 2 / 7, 0), 20'700});
  }
  Zone zone;
  zone.name = name;
  zone.covers_until_ms = until_ms;
  zone.first_offset_s = FirstOffset(name);
  for (const ZoneChange& change : changes) {
    if (change.at_ms <= from_ms) zone.first_offset_s = change.offset_s;
    if (change.at_ms > from_ms && change.at_ms < until_ms) zone.changes.push_back(change);
  }
  return zone;
}

}  // namespace holdfast::simulation
