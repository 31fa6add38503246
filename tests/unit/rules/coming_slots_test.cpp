// Slots reckoned together and remembered are those that NextSlot gives one by one.
#include "rules/coming_slots.h"

#include "unit/rules/support.h"

namespace holdfast {
namespace {

Rhythm RandomRhythm(Dice& dice) {
  return {.number = 7,
          .zone = dice.Pick(AllZones()),
          .first = Ms(2026, 1, 1) + dice(500) * kDay + dice(1440) * kMinute,
          .rule = RandomRule(dice),
          .window_minutes = 60,
          .reminders = 0};
}

}  // namespace

TEST_CASE("slots reckoned together are those reckoned one by one") {
  Dice dice(11);
  std::size_t found = 0;
  std::size_t ended = 0;
  for (int i = 0; i < 300; ++i) {
    const Rhythm rhythm = RandomRhythm(dice);
    const std::uint64_t begin = Ms(2025, 6, 1) + dice(1200 * kDay);
    INFO(rhythm.rule << " from " << rhythm.first << " in " << rhythm.zone.name << " after "
                     << begin);
    ComingSlots coming;
    std::uint64_t after = begin;
    for (int k = 0; k < 40; ++k) {
      const std::optional<Slot> one = NextSlot(rhythm, after).value();
      CHECK(coming.After(rhythm, after).value() == one);
      CHECK(coming.After(rhythm, after).value() == one);
      if (!one) {
        ++ended;
        break;
      }
      after = one->opens_at_ms;
      ++found;
    }
  }
  CHECK(found > 6000);
  CHECK(ended > 50);
}

TEST_CASE("what is remembered of slots answers whatever is asked, in any order") {
  Dice dice(12);
  for (int i = 0; i < 60; ++i) {
    const Rhythm rhythm = RandomRhythm(dice);
    INFO(rhythm.rule << " from " << rhythm.first << " in " << rhythm.zone.name);
    ComingSlots coming;
    for (int k = 0; k < 40; ++k) {
      // Often the very time of an opening, or the millisecond beside it.
      std::uint64_t after = Ms(2026, 1, 1) + dice(1000 * kDay);
      const std::optional<Slot> near = NextSlot(rhythm, after).value();
      if (near && dice(2) == 0) after = near->opens_at_ms - 1 + dice(3);
      INFO("after " << after);
      CHECK(coming.After(rhythm, after).value() == NextSlot(rhythm, after).value());
    }
  }
}

TEST_CASE("what is remembered of one rhythm is not said of another") {
  Dice dice(13);
  Rhythm rhythm = RandomRhythm(dice);
  rhythm.rule = "FREQ=WEEKLY";
  ComingSlots coming;
  const std::uint64_t after = Ms(2027, 8, 1);
  CHECK(coming.After(rhythm, after).value() == NextSlot(rhythm, after).value());
  rhythm.first += kDay;
  rhythm.number = 8;
  coming.Forget();
  CHECK(coming.After(rhythm, after).value() == NextSlot(rhythm, after).value());
  rhythm.rule = "no rule";
  coming.Forget();
  CHECK_FALSE(coming.After(rhythm, after).ok());
}

TEST_CASE("at most as many slots come together as are asked for") {
  Dice dice(14);
  Rhythm rhythm = RandomRhythm(dice);
  rhythm.rule = "FREQ=DAILY;COUNT=5";
  CHECK(NextSlots(rhythm, Ms(2025, 1, 1), 3).value().size() == 3);
  CHECK(NextSlots(rhythm, Ms(2025, 1, 1), 9).value().size() == 5);
  CHECK(NextSlots(rhythm, Ms(2025, 1, 1), 0).value().empty());
  CHECK(NextSlots(rhythm, Ms(2031, 1, 1), 9).value().empty());
}

}  // namespace holdfast
