// Working hours and due times.
#include "rules/availability.h"

#include <functional>

#include "unit/rules/support.h"

namespace holdfast {
namespace {

std::vector<WorkingHours> Weekdays(std::uint16_t from_hour, std::uint16_t until_hour) {
  std::vector<WorkingHours> hours;
  for (std::uint8_t day = 1; day <= 5; ++day) {
    hours.push_back({day, static_cast<std::uint16_t>(from_hour * 60),
                     static_cast<std::uint16_t>(until_hour * 60)});
  }
  return hours;
}

Availability Office(const Zone& zone, std::uint32_t reply_hours) {
  return {.number = 1,
          .reply_within_minutes = reply_hours * 60,
          .remind_before_minutes = 60,
          .zone = zone,
          .hours = Weekdays(9, 17),
          .away = {}};
}

// Whether a reply is worked on at an instant, straight from the definition.
bool Works(const Availability& availability, std::uint64_t at) {
  for (const Away& away : availability.away) {
    if (away.from_ms <= at && at < away.until_ms) return false;
  }
  const LocalMs local = ToLocal(availability.zone, at);
  const std::chrono::sys_days date{std::chrono::days(local / kDay)};
  const unsigned weekday = std::chrono::weekday(date).iso_encoding();
  const std::uint64_t minute = local % kDay / kMinute;
  for (const WorkingHours& hours : availability.hours) {
    if (hours.weekday == weekday && hours.from_minute <= minute && minute < hours.until_minute) {
      return true;
    }
  }
  return false;
}

// Counts minute by minute.
std::uint64_t NaiveAfter(const Availability& availability, std::uint64_t from,
                         std::uint32_t minutes) {
  std::uint64_t left = minutes * kMinute;
  for (std::uint64_t at = from; at <= from + limits::kDueAheadMsMax;) {
    const std::uint64_t next = at - at % kMinute + kMinute;
    if (Works(availability, at)) {
      if (left <= next - at) return at + left <= from + limits::kDueAheadMsMax ? at + left : 0;
      left -= next - at;
    }
    at = next;
  }
  return 0;
}

Availability RandomAvailability(Dice& dice) {
  Availability availability{.number = 1,
                            .reply_within_minutes = static_cast<std::uint32_t>(15 + dice(6000)),
                            .remind_before_minutes = 0,
                            .zone = dice.Pick(AllZones()),
                            .hours = {},
                            .away = {}};
  availability.remind_before_minutes =
      static_cast<std::uint32_t>(1 + dice(availability.reply_within_minutes - 1));
  for (std::uint8_t day = 1; day <= 7; ++day) {
    std::uint64_t minute = dice(700);
    while (minute < 1440 && availability.hours.size() < 28 && dice(3) != 0) {
      const std::uint64_t until = minute + 1 + dice(1440 - minute);
      availability.hours.push_back(
          {day, static_cast<std::uint16_t>(minute), static_cast<std::uint16_t>(until)});
      minute = until + 1 + dice(300);
    }
  }
  if (availability.hours.empty()) availability.hours.push_back({3, 0, 1440});
  std::uint64_t at = Ms(2026, 2, 1);
  for (std::uint64_t i = dice(6); i != 0; --i) {
    const std::uint64_t from = at + (1 + dice(60 * 1440)) * kMinute;
    at = from + (1 + dice(20 * 1440)) * kMinute;
    availability.away.push_back({from, at});
  }
  return availability;
}

absl::Status Spoiled(const std::function<void(Availability&)>& spoil) {
  Availability availability = Office(Zurich(), 16);
  spoil(availability);
  return CheckAvailability(availability, kToday);
}

}  // namespace

TEST_CASE("a reply is due when its working time has passed, over the weekend") {
  const Availability office = Office(Zurich(), 16);
  // Friday 15:00 in Zurich: two hours, Monday eight, Tuesday six.
  CHECK(DueAt(office, Ms(2026, 6, 5, 13)).value() == Ms(2026, 6, 9, 13));
  // In the night: nothing passes before nine.
  CHECK(DueAt(office, Ms(2026, 6, 6, 1)).value() == Ms(2026, 6, 9, 15));
  // At nine sharp, the whole of two days: the end of the second day, not its morrow.
  CHECK(DueAt(office, Ms(2026, 6, 8, 7)).value() == Ms(2026, 6, 9, 15));
  CHECK(DueAt(office, Ms(2026, 6, 8, 7) + 1).value() == Ms(2026, 6, 10, 7) + 1);
}

TEST_CASE("away time does not count") {
  Availability office = Office(NewYork(), 8);
  const std::uint64_t friday_noon = Ms(2026, 7, 3, 16);
  CHECK(DueAt(office, friday_noon).value() == Ms(2026, 7, 6, 16));
  office.away = {{Ms(2026, 7, 6, 4), Ms(2026, 7, 13, 4)}};
  CHECK(DueAt(office, friday_noon).value() == Ms(2026, 7, 13, 16));
  office.away = {{Ms(2026, 7, 3, 17), Ms(2026, 7, 3, 18)}};
  CHECK(DueAt(office, friday_noon).value() == Ms(2026, 7, 6, 17));
}

TEST_CASE("due times follow the wall over both changes of the clock") {
  const Availability zurich = Office(Zurich(), 16);
  CHECK(DueAt(zurich, Ms(2026, 3, 27, 8)).value() == Ms(2026, 3, 30, 15));
  CHECK(DueAt(zurich, Ms(2026, 10, 23, 7)).value() == Ms(2026, 10, 26, 16));
  const Availability howe = Office(LordHowe(), 8);
  CHECK(DueAt(howe, Ms(2026, 4, 3, 1)).value() == Ms(2026, 4, 6, 1, 30));
}

TEST_CASE("an hour that is skipped gives no time, one that comes twice gives two") {
  Availability night = Office(Zurich(), 2);
  night.hours = {{7, 60, 240}};  // Sunday, 1:00 to 4:00
  CHECK(DueAt(night, Ms(2026, 3, 29, 0)).value() == Ms(2026, 3, 29, 2));
  night.reply_within_minutes = 180;
  CHECK(DueAt(night, Ms(2026, 3, 29, 0)).value() == Ms(2026, 4, 5, 0));
  night.reply_within_minutes = 240;
  CHECK(DueAt(night, Ms(2026, 10, 24, 23)).value() == Ms(2026, 10, 25, 3));
}

TEST_CASE("working time is what a count minute by minute gives") {
  Dice dice(1);
  int found = 0;
  for (int i = 0; i < 300; ++i) {
    const Availability availability = RandomAvailability(dice);
    for (int k = 0; k < 4; ++k) {
      const std::uint64_t from = Ms(2026, 2, 1) + dice(400 * kDay);
      const auto minutes = static_cast<std::uint32_t>(dice(5) == 0 ? 0 : dice(8000));
      const auto after = AfterWorkingTime(availability, from, minutes);
      CHECK((after.ok() ? *after : 0) == NaiveAfter(availability, from, minutes));
      found += after.ok() ? 1 : 0;
    }
  }
  CHECK(found > 800);
}

TEST_CASE("a reminder comes within working hours and before the reply is due") {
  // Due at the end of Monday; an hour before that is still Monday.
  Availability office = Office(Zurich(), 8);
  CHECK(RemindAt(office, Ms(2026, 6, 8, 7)).value() == Ms(2026, 6, 8, 14));
  // All of the first day passes before it: not at its end, but when work begins again.
  office.reply_within_minutes = 9 * 60;
  CHECK(RemindAt(office, Ms(2026, 6, 8, 7)).value() == Ms(2026, 6, 9, 7));
  Dice dice(2);
  for (int i = 0; i < 500; ++i) {
    const Availability availability = RandomAvailability(dice);
    const std::uint64_t stored = Ms(2026, 2, 1) + dice(400 * kDay);
    const auto due = DueAt(availability, stored);
    if (!due.ok()) continue;
    const std::uint64_t remind = RemindAt(availability, stored).value();
    CHECK(remind < *due);
    CHECK(remind >= stored);
    CHECK(Works(availability, remind));
  }
}

TEST_CASE("a due time further ahead than 120 days is refused, as are times from nowhere") {
  Availability away = Office(Zurich(), 8);
  away.away = {{kToday, kToday + 130 * kDay}};
  CHECK(ReasonOf(DueAt(away, kToday).status()) == Reason::kTimeOutOfRange);
  CHECK(FieldOf(DueAt(away, kToday).status()) == "availability.away");
  CHECK_FALSE(DueAt(away, 0).ok());
  CHECK_FALSE(DueAt(away, ~std::uint64_t{0}).ok());
  Availability none = Office(Zurich(), 8);
  none.hours.clear();
  CHECK_FALSE(DueAt(none, kToday).ok());
}

TEST_CASE("an availability that was accepted has a due time for every message") {
  Dice dice(3);
  int accepted = 0;
  for (int i = 0; i < 300; ++i) {
    const Availability availability = RandomAvailability(dice);
    if (!CheckAvailability(availability, kToday).ok()) continue;
    ++accepted;
    for (int k = 0; k < 20; ++k) CHECK(DueAt(availability, kToday + dice(3 * 365 * kDay)).ok());
  }
  CHECK(accepted > 100);
}

TEST_CASE("an availability that a bond cannot have is refused by the name of its field") {
  CHECK(Spoiled([](Availability&) {}).ok());
  const auto field = [](const std::function<void(Availability&)>& spoil) {
    return FieldOf(Spoiled(spoil));
  };
  CHECK(field([](Availability& a) { a.number = 0; }) == "availability.number");
  CHECK(field([](Availability& a) { a.reply_within_minutes = 14; }) ==
        "availability.reply_within_minutes");
  CHECK(field([](Availability& a) { a.reply_within_minutes = 20161; }) ==
        "availability.reply_within_minutes");
  CHECK(field([](Availability& a) { a.remind_before_minutes = 0; }) ==
        "availability.remind_before_minutes");
  CHECK(field([](Availability& a) { a.remind_before_minutes = a.reply_within_minutes; }) ==
        "availability.remind_before_minutes");
  CHECK(field([](Availability& a) { a.zone.name.assign(1, '?'); }) == "availability.zone.name");
  CHECK(field([](Availability& a) { a.zone.covers_until_ms = Ms(2027, 1, 1); }) ==
        "availability.zone.changes[2].at_ms");
  CHECK(field([](Availability& a) {
          a.zone.changes.clear();
          a.zone.covers_until_ms = kToday + 366 * kDay - 1;
        }) == "availability.zone.covers_until_ms");
  CHECK(field([](Availability& a) { a.hours.clear(); }) == "availability.hours");
  CHECK(field([](Availability& a) { a.hours.resize(29); }) == "availability.hours");
  CHECK(field([](Availability& a) { a.hours[2].weekday = 0; }) == "availability.hours[2].weekday");
  CHECK(field([](Availability& a) { a.hours[4].weekday = 8; }) == "availability.hours[4].weekday");
  CHECK(field([](Availability& a) { a.hours[2].until_minute = 1441; }) ==
        "availability.hours[2].until_minute");
  CHECK(field([](Availability& a) { a.hours[2].until_minute = a.hours[2].from_minute; }) ==
        "availability.hours[2].until_minute");
  CHECK(field([](Availability& a) { std::swap(a.hours[1], a.hours[2]); }) ==
        "availability.hours[2].weekday");
  CHECK(field([](Availability& a) {
          a.hours[1] = {1, 1020, 1030};
        }) == "availability.hours[1].from_minute");
  CHECK(field([](Availability& a) { a.away.resize(33); }) == "availability.away");
  CHECK(field([](Availability& a) {
          a.away = {{kToday, kToday}};
        }) == "availability.away[0].until_ms");
  CHECK(field([](Availability& a) { a.away = {{1, kToday}}; }) == "availability.away[0].from_ms");
  CHECK(field([](Availability& a) {
          a.away = {{kToday, kToday + kDay}, {kToday + kDay, kToday + 2 * kDay}};
        }) == "availability.away[1].from_ms");
}

TEST_CASE("hours and away times that leave no time for a reply are refused") {
  const auto refused = [](const std::function<void(Availability&)>& spoil) {
    const absl::Status status = Spoiled(spoil);
    CHECK(ReasonOf(status) == Reason::kTimeOutOfRange);
    return FieldOf(status);
  };
  CHECK(refused([](Availability& a) {
          a.hours = {{1, 0, 1}};
          a.reply_within_minutes = 90;
        }) == "availability.reply_within_minutes");
  // Away for years, also where it begins only later.
  CHECK(refused([](Availability& a) {
          a.away = {{kToday, kToday + 700 * kDay}};
        }) == "availability.away");
  CHECK(refused([](Availability& a) {
          a.away = {{kToday + 300 * kDay, kToday + 420 * kDay}};
        }) == "availability.away");
  CHECK(refused([](Availability& a) {
          a.away = {{kToday + 720 * kDay, kToday + 733 * kDay}};
        }) == "availability.away");
  CHECK(Spoiled([](Availability& a) {
          a.away = {{kToday + 300 * kDay, kToday + 390 * kDay}};
        }).ok());
  // What is over does no harm.
  CHECK(Spoiled([](Availability& a) { a.away = {{Ms(2020, 1, 1), kToday - 1}}; }).ok());
}

}  // namespace holdfast
