// Rhythms: proposals as bytes, and their slots.
#include "rules/rhythm.h"

#include <algorithm>
#include <functional>

#include "rules/rule.h"
#include "unit/rules/support.h"

namespace holdfast {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using std::chrono::year_month_day_last;

Rhythm Weekly(const Zone& zone, LocalMs first, std::string rule = "FREQ=WEEKLY") {
  return {.number = 3,
          .zone = zone,
          .first = first,
          .rule = std::move(rule),
          .window_minutes = 60,
          .reminders = 1};
}

std::vector<std::uint64_t> Openings(const Rhythm& rhythm, std::uint64_t after, std::size_t count) {
  std::vector<std::uint64_t> openings;
  while (openings.size() < count) {
    const std::optional<Slot> slot = NextSlot(rhythm, after).value();
    if (!slot) break;
    CHECK(slot->id == SlotIdOf(rhythm.number, slot->opens_at_ms));
    CHECK(slot->closes_at_ms == slot->opens_at_ms + rhythm.window_minutes * kMinute);
    after = slot->opens_at_ms;
    openings.push_back(after);
  }
  return openings;
}

// --- the definition, day by day ---------------------------------------------------

bool IsNamedDay(const Rule& rule, sys_days date) {
  const year_month_day parts(date);
  const auto day = static_cast<int>(static_cast<unsigned>(parts.day()));
  const year_month_day_last last(parts.year() / parts.month() / std::chrono::last);
  const auto month_days = static_cast<int>(static_cast<unsigned>(last.day()));
  return std::ranges::any_of(rule.days, [&](const RuleDay& named) {
    if (named.weekday != WeekdayOf(date)) return false;
    return named.ordinal == 0 || named.ordinal == (day - 1) / 7 + 1 ||
           named.ordinal == -((month_days - day) / 7 + 1);
  });
}

bool IsDate(const Rule& rule, sys_days first, sys_days date) {
  const year_month_day then(first);
  const year_month_day now(date);
  const auto interval = static_cast<int>(rule.interval);
  switch (rule.frequency) {
    case Frequency::kDaily:
      return (date - first).count() % interval == 0 &&
             (rule.days.empty() || IsNamedDay(rule, date));
    case Frequency::kWeekly: {
      const sys_days monday = first - days(WeekdayOf(first) - 1);
      if ((date - monday).count() / 7 % interval != 0) return false;
      return rule.days.empty() ? WeekdayOf(date) == WeekdayOf(first) : IsNamedDay(rule, date);
    }
    case Frequency::kMonthly:
      break;
  }
  const auto months = (now.year() / now.month() - then.year() / then.month()).count();
  if (months % interval != 0) return false;
  return rule.days.empty() ? now.day() == then.day() : IsNamedDay(rule, date);
}

std::vector<std::uint64_t> NaiveOpenings(const Rhythm& rhythm, std::uint64_t after,
                                         std::size_t count, sys_days last) {
  const Rule rule = ParseRule(rhythm.rule).value();
  const sys_days first{days(rhythm.first / kDay)};
  std::vector<std::uint64_t> openings;
  std::uint32_t dates = 0;
  for (sys_days date = first; date <= last && openings.size() < count; date += days(1)) {
    if (!IsDate(rule, first, date)) continue;
    if (rule.until && date > *rule.until) break;
    if (rule.count != 0 && dates++ == rule.count) break;
    const auto day = static_cast<std::uint64_t>(date.time_since_epoch().count());
    const std::uint64_t opens = ToUtc(rhythm.zone, day * kDay + rhythm.first % kDay);
    if (opens > after && (openings.empty() || opens > openings.back())) openings.push_back(opens);
  }
  return openings;
}

absl::Status Spoiled(const std::function<void(Rhythm&)>& spoil) {
  Rhythm rhythm = Weekly(Zurich(), Ms(2026, 6, 1, 18));
  rhythm.window_minutes = limits::kWindowMinutes;
  spoil(rhythm);
  return CheckRhythm(rhythm, kToday);
}

}  // namespace

TEST_CASE("slots keep their time on the wall over both changes of the clock") {
  const Rhythm zurich = Weekly(Zurich(), Ms(2026, 3, 16, 18));
  CHECK(Openings(zurich, Ms(2026, 3, 1), 3) ==
        std::vector{Ms(2026, 3, 16, 17), Ms(2026, 3, 23, 17), Ms(2026, 3, 30, 16)});
  const Rhythm howe = Weekly(LordHowe(), Ms(2026, 9, 29, 9), "FREQ=WEEKLY");
  CHECK(Openings(howe, Ms(2026, 9, 1), 2) ==
        std::vector{Ms(2026, 9, 28, 22, 30), Ms(2026, 10, 5, 22)});
}

TEST_CASE("a slot in a skipped hour opens by the offset before, one in a doubled hour once") {
  const Rhythm zurich = Weekly(Zurich(), Ms(2026, 3, 22, 2, 30));
  CHECK(Openings(zurich, Ms(2026, 3, 1), 3) ==
        std::vector{Ms(2026, 3, 22, 1, 30), Ms(2026, 3, 29, 1, 30), Ms(2026, 4, 5, 0, 30)});
  // Asked within the skipped hour, it is still ahead.
  CHECK(Openings(zurich, Ms(2026, 3, 29, 1, 10), 1) == std::vector{Ms(2026, 3, 29, 1, 30)});
  CHECK(Openings(zurich, Ms(2026, 10, 24), 2) ==
        std::vector{Ms(2026, 10, 25, 0, 30), Ms(2026, 11, 1, 1, 30)});
  // Asked between its two occurrences, it is past.
  CHECK(Openings(zurich, Ms(2026, 10, 25, 0, 45), 1) == std::vector{Ms(2026, 11, 1, 1, 30)});
  const Rhythm daily = Weekly(NewYork(), Ms(2026, 3, 7, 2, 30), "FREQ=DAILY");
  CHECK(Openings(daily, Ms(2026, 3, 1), 3) ==
        std::vector{Ms(2026, 3, 7, 7, 30), Ms(2026, 3, 8, 7, 30), Ms(2026, 3, 9, 6, 30)});
}

TEST_CASE("the allowed rules mean what RFC 5545 says") {
  const auto dates = [](LocalMs first, const std::string& rule, std::size_t count) {
    return Openings(Weekly(MakeZone("UTC", 0, {}), first, rule), limits::kTimeMinMs, count);
  };
  CHECK(dates(Ms(2026, 1, 31), "FREQ=MONTHLY", 3) ==
        std::vector{Ms(2026, 1, 31), Ms(2026, 3, 31), Ms(2026, 5, 31)});
  CHECK(dates(Ms(2026, 6, 3), "FREQ=MONTHLY;BYDAY=2MO,-1FR", 3) ==
        std::vector{Ms(2026, 6, 8), Ms(2026, 6, 26), Ms(2026, 7, 13)});
  CHECK(dates(Ms(2026, 6, 3), "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", 3) ==
        std::vector{Ms(2026, 6, 7), Ms(2026, 6, 15), Ms(2026, 6, 21)});
  CHECK(dates(Ms(2026, 6, 3), "FREQ=WEEKLY;INTERVAL=3", 2) ==
        std::vector{Ms(2026, 6, 3), Ms(2026, 6, 24)});
  CHECK(dates(Ms(2026, 6, 3), "FREQ=DAILY;INTERVAL=2;BYDAY=SA", 2) ==
        std::vector{Ms(2026, 6, 13), Ms(2026, 6, 27)});
  CHECK(dates(Ms(2026, 6, 3), "FREQ=WEEKLY;BYDAY=TU;COUNT=2", 5) ==
        std::vector{Ms(2026, 6, 9), Ms(2026, 6, 16)});
  CHECK(dates(Ms(2026, 6, 3), "FREQ=DAILY;UNTIL=20260604", 5) ==
        std::vector{Ms(2026, 6, 3), Ms(2026, 6, 4)});
}

TEST_CASE("slots are what a count day by day gives, for every allowed rule") {
  Dice dice(4);
  std::size_t found = 0;
  for (int i = 0; i < 400; ++i) {
    Rhythm rhythm =
        Weekly(dice.Pick(AllZones()), Ms(2026, 1, 1) + dice(500) * kDay + dice(1440) * kMinute);
    rhythm.rule = RandomRule(dice);
    INFO(rhythm.rule << " from " << rhythm.first << " in " << rhythm.zone.name);
    for (const std::uint64_t after :
         {Ms(2025, 1, 1), Ms(2026, 1, 1) + dice(800 * kDay), Ms(2031, 5, 5) + dice(3000 * kDay)}) {
      const sys_days last{days(std::max<std::uint64_t>(after, rhythm.first) / kDay + 1500)};
      const auto naive = NaiveOpenings(rhythm, after, 8, last);
      CHECK(Openings(rhythm, after, naive.size()) == naive);
      found += naive.size();
    }
  }
  CHECK(found > 5000);
}

TEST_CASE("a rule that never occurs has no slot, and is not searched for long") {
  CHECK_FALSE(NextSlot(Weekly(Zurich(), Ms(2026, 6, 1), "FREQ=DAILY;INTERVAL=14;BYDAY=TU"), kToday)
                  .value()
                  .has_value());
  // February has five Mondays in some leap years only, and these are all of others.
  CHECK_FALSE(
      NextSlot(Weekly(Zurich(), Ms(2027, 2, 1), "FREQ=MONTHLY;INTERVAL=48;BYDAY=5MO"), kToday)
          .value()
          .has_value());
  const Rhythm leap = Weekly(Zurich(), Ms(2028, 2, 29), "FREQ=MONTHLY;INTERVAL=12");
  CHECK(Openings(leap, Ms(2028, 3, 1), 1) == std::vector{Ms(2032, 2, 28, 23)});
}

TEST_CASE("whatever the time, the next slot is found or there is none") {
  const Rhythm daily = Weekly(NewYork(), Ms(2026, 6, 1), "FREQ=DAILY");
  CHECK(NextSlot(daily, 0).value()->opens_at_ms == Ms(2026, 6, 1, 4));
  CHECK_FALSE(NextSlot(daily, ~std::uint64_t{0}).value().has_value());
  CHECK_FALSE(NextSlot(daily, limits::kTimeMaxMs).value().has_value());
  CHECK(NextSlot(daily, limits::kTimeMaxMs - 2 * kDay).value().has_value());
  CHECK_FALSE(NextSlot(Weekly(Zurich(), ~std::uint64_t{0}), kToday).ok());
  CHECK_FALSE(NextSlot(Weekly(Zurich(), Ms(2026, 6, 1), "freq=weekly"), kToday).ok());
}

TEST_CASE("a slot's id is its rhythm's number and its opening") {
  CHECK(SlotIdOf(3, 0x1122334455667788).hex() == "00000003000000001122334455667788");
}

TEST_CASE("a slot's id gives back what it was made of, and only what a rhythm could make is one") {
  const SlotId slot = SlotIdOf(3, Ms(2026, 6, 1));
  CHECK(PartsOf(slot) == SlotParts{3, Ms(2026, 6, 1)});
  CHECK(CheckedPartsOf(slot, "header.slot").value() == PartsOf(slot));
  SlotId reserved = slot;
  reserved.data()[5] = 1;
  for (const SlotId& none :
       {SlotId(), SlotIdOf(0, Ms(2026, 6, 1)), SlotIdOf(3, limits::kTimeMinMs - 1),
        SlotIdOf(3, limits::kTimeMaxMs + 1), reserved}) {
    const auto parts = CheckedPartsOf(none, "header.slot");
    CHECK(ReasonOf(parts.status()) == Reason::kMalformedField);
    CHECK(FieldOf(parts.status()) == "header.slot");
  }
  CHECK(PartsOf(reserved) == PartsOf(slot));  // as it stands, whatever its bytes
  CHECK(CheckedPartsOf(SlotIdOf(1, limits::kTimeMinMs), "").ok());
  CHECK(CheckedPartsOf(SlotIdOf(0xffffffff, limits::kTimeMaxMs), "").ok());
}

TEST_CASE("reminders come at a third and two thirds of the window") {
  const Slot slot{SlotId(), kToday, kToday + 48 * kHour};
  CHECK(ReminderAt(slot, 1) == kToday + 16 * kHour);
  CHECK(ReminderAt(slot, 2) == kToday + 32 * kHour);
}

TEST_CASE("a rhythm that a bond cannot have is refused by the name of its field") {
  CHECK(Spoiled([](Rhythm&) {}).ok());
  const auto field = [](const std::function<void(Rhythm&)>& spoil) {
    return FieldOf(Spoiled(spoil));
  };
  CHECK(field([](Rhythm& r) { r.number = 0; }) == "rhythm.number");
  CHECK(field([](Rhythm& r) { r.zone.name = "no zone"; }) == "rhythm.zone.name");
  CHECK(field([](Rhythm& r) {
          r.zone = Kolkata();
          r.zone.covers_until_ms = kToday;
        }) == "rhythm.zone.covers_until_ms");
  CHECK(field([](Rhythm& r) { r.first += 1; }) == "rhythm.first");
  CHECK(field([](Rhythm& r) { r.first = 0; }) == "rhythm.first");
  CHECK(field([](Rhythm& r) { r.first = Ms(2036, 1, 1); }) == "rhythm.first");
  CHECK(field([](Rhythm& r) { r.rule = "FREQ=weekly"; }) == "rhythm.rule");
  CHECK(field([](Rhythm& r) { r.rule = "FREQ=YEARLY"; }) == "rhythm.rule");
  CHECK(field([](Rhythm& r) { r.rule = std::string(70000, 'F'); }) == "rhythm.rule");
  CHECK(field([](Rhythm& r) { r.window_minutes = 29; }) == "rhythm.window_minutes");
  CHECK(field([](Rhythm& r) { r.window_minutes = 20161; }) == "rhythm.window_minutes");
  CHECK(field([](Rhythm& r) { r.reminders = 3; }) == "rhythm.reminders");
}

TEST_CASE("rules that are over or never come, and windows that overlap, are refused") {
  const auto refused = [](const std::string& rule, std::uint32_t window) {
    return Spoiled([&](Rhythm& r) {
      r.rule = rule;
      r.window_minutes = window;
    });
  };
  CHECK(FieldOf(refused("FREQ=WEEKLY;UNTIL=20260531", 60)) == "rhythm.rule");
  CHECK(ReasonOf(refused("FREQ=WEEKLY;UNTIL=20260531", 60)) == Reason::kTimeOutOfRange);
  CHECK(FieldOf(refused("FREQ=DAILY;INTERVAL=7;BYDAY=TU", 60)) == "rhythm.rule");
  CHECK(FieldOf(Spoiled([](Rhythm& r) {
          r.first = Ms(2020, 6, 1);
          r.rule = "FREQ=WEEKLY;COUNT=9";
        })) == "rhythm.rule");
  CHECK(FieldOf(refused("FREQ=DAILY", 24 * 60)) == "rhythm.window_minutes");
  CHECK(refused("FREQ=DAILY", 22 * 60).ok());
  CHECK(FieldOf(refused("FREQ=WEEKLY;BYDAY=MO,TU", 48 * 60)) == "rhythm.window_minutes");
  CHECK(refused("FREQ=WEEKLY;BYDAY=MO,TH", 48 * 60).ok());
  CHECK(refused("FREQ=WEEKLY;COUNT=1", 14 * 24 * 60).ok());
}

}  // namespace holdfast
