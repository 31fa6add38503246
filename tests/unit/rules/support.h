// What the tests of rhythms, promises and ledgers share: times, zones made by hand,
// and values to fill in.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "rules/codec.h"
#include "rules/limits.h"
#include "rules/rhythm.h"
#include "support/catch.h"

namespace holdfast {

inline constexpr std::uint64_t kHour = limits::kHourMs;
inline constexpr std::uint64_t kDay = limits::kDayMs;
inline constexpr std::uint64_t kMinute = limits::kMinuteMs;

// Thursday, 28 May 2026.
inline constexpr std::uint64_t kToday = 1'780'000'000'000;

template <class Id>
Id Filled(char byte) {
  return Id::From(Bytes(Id::size, byte), "test").value();
}

// Milliseconds since 1970 of a date and time, as an instant in UTC or, where a
// LocalMs is asked for, on the wall.
inline std::uint64_t Ms(int year, unsigned month, unsigned day, unsigned hour = 0,
                        unsigned minute = 0) {
  const std::chrono::sys_days date =
      std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  return static_cast<std::uint64_t>(date.time_since_epoch().count()) * kDay + hour * kHour +
         minute * kMinute;
}

inline Zone MakeZone(std::string name, std::int32_t first_offset_s,
                     std::vector<ZoneChange> changes) {
  return {std::move(name), first_offset_s, Ms(2032, 1, 1), std::move(changes)};
}

inline Zone Zurich() {
  return MakeZone("Europe/Zurich", 3600,
                  {{Ms(2026, 3, 29, 1), 7200},
                   {Ms(2026, 10, 25, 1), 3600},
                   {Ms(2027, 3, 28, 1), 7200},
                   {Ms(2027, 10, 31, 1), 3600},
                   {Ms(2028, 3, 26, 1), 7200},
                   {Ms(2028, 10, 29, 1), 3600}});
}
inline Zone NewYork() {
  return MakeZone("America/New_York", -18000,
                  {{Ms(2026, 3, 8, 7), -14400},
                   {Ms(2026, 11, 1, 6), -18000},
                   {Ms(2027, 3, 14, 7), -14400},
                   {Ms(2027, 11, 7, 6), -18000}});
}
// Half an hour of daylight saving time.
inline Zone LordHowe() {
  return MakeZone("Australia/Lord_Howe", 39600,
                  {{Ms(2026, 4, 4, 15), 37800},
                   {Ms(2026, 10, 3, 15, 30), 39600},
                   {Ms(2027, 4, 3, 15), 37800},
                   {Ms(2027, 10, 2, 15, 30), 39600}});
}
// South of the equator: summer at the turn of the year.
inline Zone Sydney() {
  return MakeZone("Australia/Sydney", 39600,
                  {{Ms(2026, 4, 4, 16), 36000},
                   {Ms(2026, 10, 3, 16), 39600},
                   {Ms(2027, 4, 3, 16), 36000},
                   {Ms(2027, 10, 2, 16), 39600}});
}
inline Zone Kolkata() { return MakeZone("Asia/Kolkata", 19800, {}); }
// A day that never was: across the date line, and back.
inline Zone DateLine() {
  return MakeZone("Test/Date_Line", -39600,
                  {{Ms(2026, 6, 1, 11), 46800}, {Ms(2026, 9, 1, 10), -39600}});
}

inline std::vector<Zone> AllZones() {
  return {Zurich(), NewYork(), LordHowe(), Sydney(), Kolkata(), DateLine()};
}

// Random numbers that are the same everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  // 0 to below `bound`.
  std::uint64_t operator()(std::uint64_t bound) { return random_() % bound; }
  template <class Value>
  const Value& Pick(const std::vector<Value>& values) {
    return values[(*this)(values.size())];
  }

 private:
  std::mt19937_64 random_;
};

// Any that is allowed.
inline std::string RandomRule(Dice& dice) {
  static const std::vector<std::string> kFrequencies = {"DAILY", "WEEKLY", "MONTHLY"};
  static const std::vector<std::string> kDays = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  static const std::vector<std::string> kOrdinals = {"", "1", "2", "3", "4", "5", "-1", "-2", "-5"};
  const std::string& frequency = dice.Pick(kFrequencies);
  std::string rule = "FREQ=" + frequency;
  if (dice(2) == 0)
    rule += ";INTERVAL=" + std::to_string(1 + dice(frequency == "MONTHLY" ? 13 : 52));
  if (dice(3) != 0) {
    std::vector<std::string> named;
    for (std::uint64_t i = 1 + dice(4); i != 0; --i) {
      const std::string ordinal = frequency == "MONTHLY" ? dice.Pick(kOrdinals) : "";
      named.push_back(ordinal + dice.Pick(kDays));
    }
    std::ranges::sort(named);
    named.erase(std::unique(named.begin(), named.end()), named.end());
    rule += ";BYDAY=";
    for (const std::string& day : named) rule += day + ",";
    rule.pop_back();
  }
  if (dice(4) == 0)
    rule += ";COUNT=" + std::to_string(1 + dice(60));
  else if (dice(3) == 0)
    rule += ";UNTIL=2028" + std::string(dice(2) == 0 ? "0229" : "1111");
  return CanonicalRule(rule).value();
}

}  // namespace holdfast
