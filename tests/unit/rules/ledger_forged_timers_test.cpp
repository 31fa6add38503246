// What LedgerBook refuses of slots, pauses and promises.
#include "unit/rules/ledger_forged.h"

namespace holdfast {

TEST_CASE("forged: a slot that opens early, twice, at a wrong time or out of turn") {
  const auto open = [](Middle& m, const Slot& slot) {
    m.AddSlot(LedgerKind::kSlotOpened, slot, 1);
  };
  CHECK(Accepted([&](Middle& m) {
    const Slot next = m.Following(m.slot);
    m.now = next.opens_at_ms;
    open(m, next);
  }));
  CHECK(Refused([&](Middle& m) {
          const Slot next = m.Following(m.slot);
          m.now = next.opens_at_ms - 1;
          open(m, next);
        }) == "ledger.at_ms");
  CHECK(Refused([&](Middle& m) { open(m, m.slot); }) == "ledger.from_ms");
  CHECK(Refused([&](Middle& m) {
          const Slot left_out = m.Following(m.slot);
          const Slot next = m.Following(left_out);
          m.now = next.opens_at_ms;
          open(m, next);
        }) == "ledger.from_ms");
  CHECK(Refused([&](Middle& m) {
          Slot moved = m.Following(m.slot);
          moved.opens_at_ms += kHour;
          moved.id = SlotIdOf(1, moved.opens_at_ms);
          m.now = moved.opens_at_ms;
          open(m, moved);
        }) == "ledger.from_ms");
  CHECK(Refused([&](Middle& m) {
          Slot longer = m.Following(m.slot);
          longer.closes_at_ms += kMinute;
          m.now = longer.opens_at_ms;
          open(m, longer);
        }) == "ledger.until_ms");
}

TEST_CASE("forged: a slot of a rhythm that is not running") {
  const auto open_next = [](Middle& m) {
    const Slot next = m.Following(m.slot);
    m.now = next.opens_at_ms;
    m.AddSlot(LedgerKind::kSlotOpened, next, 1);
  };
  CHECK(Refused([&](Middle& m) {
          m.Do(EndRhythm{1}, false);
          open_next(m);
        }) == "ledger.reference");
  CHECK(Refused([&](Middle& m) {
          m.Do(AcceptRhythm{2, m.Do(StoryRhythm(2), false)}, true);
          open_next(m);
        }) == "ledger.reference");
  CHECK(Refused([&](Middle& m) {
          m.Do(StoryRhythm(2), false);
          Slot next = m.Following(m.slot);
          next.id = SlotIdOf(2, next.opens_at_ms);
          m.now = next.opens_at_ms;
          m.AddSlot(LedgerKind::kSlotOpened, next, 2);
        }) == "ledger.reference");
}

TEST_CASE("forged: a pause that is passed over, or one that never was") {
  const auto next_as = [](Middle& m, LedgerKind kind) {
    const Slot next = m.Following(m.slot);
    m.now = next.opens_at_ms;
    m.AddSlot(kind, next, 1);
  };
  const auto pause_for = [](Middle& m, std::uint64_t days) {
    m.Do(Pause{m.now + days * kDay, false}, true);
  };
  CHECK(Accepted([&](Middle& m) {
    pause_for(m, 8);
    next_as(m, LedgerKind::kSlotSkipped);
  }));
  CHECK(Refused([&](Middle& m) {
          pause_for(m, 8);
          next_as(m, LedgerKind::kSlotOpened);
        }) == "ledger.kind");
  CHECK(Refused([&](Middle& m) { next_as(m, LedgerKind::kSlotSkipped); }) == "ledger.kind");
  // The pause ends as the slot opens.
  CHECK(Refused([&](Middle& m) {
          pause_for(m, 7);
          next_as(m, LedgerKind::kSlotSkipped);
        }) == "ledger.kind");
  CHECK(Refused([&](Middle& m) {
          pause_for(m, 8);
          m.Do(Resume{}, true);
          next_as(m, LedgerKind::kSlotSkipped);
        }) == "ledger.kind");
  CHECK(Refused([&](Middle& m) { m.Do(Pause{m.now, false}, true); }) == "ledger.act");
}

TEST_CASE("forged: a release within a pause that holds it back") {
  const EnvelopeId note = Numbered<EnvelopeId>(700);
  const auto pause = [](Middle& m, bool ahead_too) { m.Do(Pause{m.now + kDay, ahead_too}, true); };
  CHECK(Refused([&](Middle& m) {
          pause(m, true);
          m.now += kDay - 1;
          m.Release(note, m.now);
        }) == "ledger.at_ms");
  CHECK(Accepted([&](Middle& m) {
    pause(m, true);
    m.now += kDay;
    m.Release(note, m.now - kHour);
  }));
  CHECK(Accepted([&](Middle& m) {
    pause(m, false);
    m.Release(note, m.now);
  }));
  CHECK(Accepted([&](Middle& m) {
    pause(m, true);
    m.Do(Resume{}, true);
    m.Release(note, m.now);
  }));
}

TEST_CASE("forged: a slot closed early or after a check-in, filled late or twice") {
  const auto check_in = Numbered<EnvelopeId>(9);
  CHECK(Accepted([&](Middle& m) { m.Fill(m.slot, check_in); }));
  CHECK(Refused([](Middle& m) {
          m.now = m.slot.closes_at_ms - 1;
          m.AddSlot(LedgerKind::kSlotClosedEmpty, m.slot, 1);
        }) == "ledger.at_ms");
  CHECK(Refused([&](Middle& m) {
          m.Fill(m.slot, check_in);
          m.now = m.slot.closes_at_ms;
          m.AddSlot(LedgerKind::kSlotClosedEmpty, m.slot, 1);
        }) == "ledger.subject");
  CHECK(Refused([&](Middle& m) {
          m.now = m.slot.closes_at_ms + 1;
          m.Fill(m.slot, check_in);
        }) == "ledger.at_ms");
  CHECK(Refused([&](Middle& m) {
          m.Fill(m.slot, check_in);
          m.Fill(m.slot, check_in);
        }) == "ledger.subject");
  CHECK(Refused([&](Middle& m) { m.Fill(m.Following(m.slot), check_in); }) == "ledger.subject");
  CHECK(Refused([](Middle& m) {
          m.now = m.slot.closes_at_ms;
          Slot longer = m.slot;
          longer.closes_at_ms -= 1;
          m.AddSlot(LedgerKind::kSlotClosedEmpty, longer, 1);
        }) == "ledger.until_ms");
}

TEST_CASE("forged: a promise with a due time of its own, twice, or by other hours") {
  const auto other = Numbered<EnvelopeId>(501);
  CHECK(Accepted([&](Middle& m) { m.Promise(other, m.availability); }));
  CHECK(Refused([](Middle& m) { m.Promise(m.envelope, m.availability); }) == "ledger.subject");
  CHECK(Refused([&](Middle& m) {
          m.Promise(other, m.availability);
          m.last().until_ms += 1;
        }) == "ledger.until_ms");
  CHECK(Refused([&](Middle& m) {
          m.Promise(other, m.availability);
          m.last().from_ms -= 1;
        }) == "ledger.from_ms");
  // By hours that have been replaced since.
  CHECK(Refused([&](Middle& m) {
          m.Do(StoryAvailability(2), false);
          m.Promise(other, m.availability);
        }) == "ledger.reference");
  // By hours that were signed, and other ones shown.
  CHECK(Refused([&](Middle& m) {
          Availability slower = m.availability;
          slower.reply_within_minutes += 60;
          m.Promise(other, slower);
        }) == "ledger.until_ms");
  LedgerStory without;
  without.Promise(other, StoryAvailability(1));
  without.Chain();
  LedgerBook book(kPeople);
  CHECK(FieldOf(Read(without.lines, book)) == "ledger.reference");
}

TEST_CASE("forged: a promise missed early, kept late, repaired without a miss, settled twice") {
  const auto settle = [](Middle& m, LedgerKind kind, std::uint64_t at) {
    m.now = at;
    m.Settle(kind, m.envelope, m.due);
  };
  constexpr auto kKept = LedgerKind::kPromiseKept;
  constexpr auto kMissed = LedgerKind::kPromiseMissed;
  constexpr auto kRepaired = LedgerKind::kPromiseRepaired;
  CHECK(Accepted([&](Middle& m) { settle(m, kKept, m.due); }));
  CHECK(Accepted([&](Middle& m) { settle(m, kMissed, m.due); }));
  CHECK(Refused([&](Middle& m) { settle(m, kMissed, m.due - 1); }) == "ledger.at_ms");
  CHECK(Refused([&](Middle& m) { settle(m, kKept, m.due + 1); }) == "ledger.at_ms");
  CHECK(Refused([&](Middle& m) { settle(m, kRepaired, m.due + 1); }) == "ledger.subject");
  for (const LedgerKind kind : {kKept, kMissed, kRepaired}) {
    CHECK(Refused([&](Middle& m) {
            settle(m, kKept, m.due);
            settle(m, kind, m.due);
          }) == "ledger.subject");
    CHECK(Refused([&](Middle& m) {
            settle(m, kMissed, m.due);
            settle(m, kRepaired, m.due);
            settle(m, kind, m.due);
          }) == "ledger.subject");
  }
  for (const LedgerKind kind : {kKept, kMissed}) {
    CHECK(Refused([&](Middle& m) {
            settle(m, kMissed, m.due);
            settle(m, kind, m.due);
          }) == "ledger.subject");
  }
  // About a promise that was never made, or with another due time.
  CHECK(Refused([&](Middle& m) { m.Settle(kKept, Numbered<EnvelopeId>(7), m.due); }) ==
        "ledger.subject");
  CHECK(Refused([&](Middle& m) { m.Settle(kKept, m.envelope, m.due + kDay); }) ==
        "ledger.until_ms");
}

TEST_CASE("forged: a promise moved after it was due, by another time, or into the past") {
  const auto move = [](Middle& m, std::uint64_t from, std::uint64_t to) {
    m.Do(Reschedule{m.envelope, from, to}, false);
  };
  CHECK(Accepted([&](Middle& m) {
    m.now = m.due - 1;
    move(m, m.due, m.due + kDay);
    m.now = m.due + kDay;
    m.Settle(LedgerKind::kPromiseMissed, m.envelope, m.due + kDay);
  }));
  CHECK(Refused([&](Middle& m) {
          m.now = m.due;
          move(m, m.due, m.due + kDay);
        }) == "ledger.at_ms");
  CHECK(Refused([&](Middle& m) { move(m, m.due + 1, m.due + kDay); }) == "ledger.act");
  CHECK(Refused([&](Middle& m) { move(m, m.due, m.now); }) == "ledger.act");
  CHECK(Refused([&](Middle& m) {
          m.Settle(LedgerKind::kPromiseKept, m.envelope, m.due);
          move(m, m.due, m.due + kDay);
        }) == "ledger.act");
  CHECK(Refused([](Middle& m) {
          m.Do(Reschedule{Numbered<EnvelopeId>(8), m.due, m.due + kDay}, false);
        }) == "ledger.act");
  // Missed by the time that no longer holds.
  CHECK(Refused([&](Middle& m) {
          move(m, m.due, m.due + kDay);
          m.now = m.due;
          m.Settle(LedgerKind::kPromiseMissed, m.envelope, m.due);
        }) == "ledger.until_ms");
}

}  // namespace holdfast
