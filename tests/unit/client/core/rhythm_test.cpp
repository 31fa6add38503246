// Rhythm, slots and pauses as the two people's devices see them.
#include <algorithm>

#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using limits::kHourMs;

struct Rhythmic : TestCouple {
  Rhythmic() {
    REQUIRE(therapist.ProposeDaily(18 * 60, 120).ok());
    SyncBoth();
    REQUIRE(client.Standing().proposal.has_value());
    REQUIRE(client.engine->AcceptRhythm(client.bond()).ok());
    SyncBoth();
    REQUIRE(therapist.Standing().rhythm.has_value());
  }
  void SyncBoth() {
    REQUIRE(therapist.Sync().ok());
    REQUIRE(client.Sync().ok());
    REQUIRE(therapist.Sync().ok());
  }
  // To an instant after the next slot has opened.
  void PassIntoSlot() {
    const auto next = client.Standing().next_slot;
    REQUIRE(next.has_value());
    practice.Pass(next->opens_at_ms - practice.clock.wall_ms + limits::kMinuteMs);
    practice.Restart();
    SyncBoth();
    REQUIRE(client.Standing().open_slot.has_value());
  }
};

TEST_CASE("A check-in fills the open slot by itself") {
  Rhythmic couple;
  couple.PassIntoSlot();
  const SlotId slot = couple.client.Standing().open_slot->slot.id;
  REQUIRE(couple.client.CheckIn("here I am", v1::NEED_WITNESS).ok());
  couple.SyncBoth();
  couple.SyncBoth();
  CHECK_FALSE(couple.client.Standing().open_slot.has_value());
  const auto kinds = couple.therapist.LedgerKinds();
  CHECK(std::ranges::count(kinds, LedgerKind::kSlotFilled) == 1);
  CHECK(couple.therapist.engine->Ledger(couple.therapist.bond(), 0)->back().entry.subject ==
        SubjectOf(slot));
  CHECK(couple.client.AlarmReasons().empty());
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("An empty slot is known to the therapist until the next check-in") {
  Rhythmic couple;
  couple.PassIntoSlot();
  couple.practice.Pass(3 * kHourMs);
  couple.SyncBoth();
  REQUIRE(couple.therapist.Standing().empty_slot.has_value());
  CHECK_FALSE(couple.therapist.Standing().open_slot.has_value());
  couple.PassIntoSlot();
  REQUIRE(couple.client.CheckIn("back again", v1::NEED_NONE).ok());
  couple.SyncBoth();
  couple.SyncBoth();
  CHECK_FALSE(couple.therapist.Standing().empty_slot.has_value());
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("The client is reminded kindly while the slot is open, and not afterwards") {
  Rhythmic couple;
  couple.PassIntoSlot();
  couple.practice.Pass(kHourMs);
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.engine->TakeReminders()->size() == 1);
  couple.practice.Pass(kHourMs / 2);
  REQUIRE(couple.client.Sync().ok());
  couple.practice.Pass(kHourMs);
  REQUIRE(couple.client.Sync().ok());
  // It came while the slot was open, and is of no use any more.
  CHECK(couple.client.engine->TakeReminders()->empty());
}

TEST_CASE("A pause skips slots and ends early when the client says so") {
  Rhythmic couple;
  const std::uint64_t until = couple.practice.clock.wall_ms + 10 * limits::kDayMs;
  REQUIRE(couple.client.engine->Pause(couple.client.bond(), until).ok());
  couple.SyncBoth();
  CHECK(couple.therapist.Standing().paused_until_ms == until);
  couple.practice.Pass(2 * limits::kDayMs);
  couple.practice.Restart();
  couple.SyncBoth();
  const auto kinds = couple.client.LedgerKinds();
  CHECK(std::ranges::count(kinds, LedgerKind::kSlotSkipped) == 2);
  CHECK(std::ranges::count(kinds, LedgerKind::kSlotOpened) == 0);
  REQUIRE(couple.client.engine->Resume(couple.client.bond()).ok());
  couple.SyncBoth();
  CHECK_FALSE(couple.client.Standing().paused_until_ms.has_value());
  couple.PassIntoSlot();
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("A pause that is still on its way can be taken back") {
  Rhythmic couple;
  const BondId bond = couple.client.bond();
  couple.client.transport.away = true;
  const std::uint64_t until = couple.practice.clock.wall_ms + 10 * limits::kDayMs;
  REQUIRE(couple.client.engine->Pause(bond, until).ok());
  REQUIRE(couple.client.engine->Resume(bond).ok());
  CHECK(ReasonOf(couple.client.engine->Resume(bond).status()) == Reason::kUsage);
  couple.client.transport.away = false;
  couple.SyncBoth();
  CHECK_FALSE(couple.client.Standing().paused_until_ms.has_value());
  couple.PassIntoSlot();
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("Two devices with different zone data show the same slots") {
  Rhythmic couple;
  // The client's own database says something else entirely.
  couple.client.zones.zones["UTC"].first_offset_s = 7200;
  couple.client.Reopen();
  couple.PassIntoSlot();
  CHECK(couple.client.Standing().open_slot->slot == couple.therapist.Standing().open_slot->slot);
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("When the zone's rules change, the author's device signs again, once") {
  Rhythmic couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  couple.SyncBoth();
  const std::uint64_t change_ms = couple.practice.clock.wall_ms + 30 * limits::kDayMs;
  couple.therapist.zones.zones["UTC"].changes = {{change_ms, 3600}};
  couple.SyncBoth();
  couple.SyncBoth();
  couple.SyncBoth();
  CHECK(couple.client.Standing().availability->number == 2);
  CHECK(couple.client.Standing().availability->zone.changes.size() == 1);
  // The client's device accepts it by itself: the time on the wall is the same.
  CHECK(couple.therapist.Standing().rhythm->number == 2);
  CHECK(couple.therapist.Standing().rhythm->zone.changes.size() == 1);
  const std::size_t entries = couple.therapist.LedgerKinds().size();
  couple.SyncBoth();
  CHECK(couple.therapist.LedgerKinds().size() == entries);
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("When the cover of a zone ends within a year, it is signed again") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.clock.Advance(limits::kZoneCoverMs - 300 * limits::kDayMs);
  couple.practice.Restart();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Standing().availability->number == 2);
}

TEST_CASE("An ended bond takes nothing more, and everything stays readable") {
  Rhythmic couple;
  REQUIRE(couple.client.CheckIn("before the end", v1::NEED_NONE).ok());
  couple.SyncBoth();
  REQUIRE(couple.client.engine->EndBond(couple.client.bond()).ok());
  couple.SyncBoth();
  CHECK(couple.therapist.Standing().ended);
  CHECK(ReasonOf(couple.client.Note("after it").status()) == Reason::kBondEnded);
  CHECK(ReasonOf(couple.therapist.SetHours(60).status()) == Reason::kBondEnded);
  CHECK(couple.therapist.Texts() == std::vector<std::string>{"before the end"});
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("What was written before a bond ended goes out before the end, in one meeting") {
  Rhythmic couple;
  couple.client.transport.away = true;
  REQUIRE(couple.client.Note("my last words").ok());
  REQUIRE(couple.client.engine->EndBond(couple.client.bond()).ok());
  CHECK_FALSE(couple.client.Sync().ok());
  couple.client.transport.away = false;
  couple.SyncBoth();
  CHECK(couple.therapist.Texts() == std::vector<std::string>{"my last words"});
  CHECK(couple.therapist.Standing().ended);
}

}  // namespace
}  // namespace holdfast::client
