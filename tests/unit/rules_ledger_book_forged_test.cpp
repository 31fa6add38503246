// What LedgerBook refuses: every ledger here is numbered and linked as it should be,
// so only what it says is wrong.
#include <functional>

#include "rules_ledger_story.h"

namespace holdfast {
namespace {

// Hours, a rhythm that runs, an open slot with a promise: where forging begins.
struct Middle : LedgerStory {
  Availability availability = StoryAvailability(1);
  Rhythm rhythm = StoryRhythm(1);
  Hash proposal;
  Slot slot;
  EnvelopeId envelope = Numbered<EnvelopeId>(500);
  std::uint64_t due = 0;

  Middle() {
    Do(availability, false);
    proposal = Do(rhythm, false);
    Do(AcceptRhythm{1, proposal}, true);
    slot = NextSlot(rhythm, now).value().value();
    now = slot.opens_at_ms;
    AddSlot(LedgerKind::kSlotOpened, slot, 1);
    due = Promise(envelope, availability);
  }

  Slot Following(const Slot& before) const {
    return NextSlot(rhythm, before.opens_at_ms).value().value();
  }
  LedgerEntry& last() { return lines.back().entry; }
};

// The field that is refused, in the last entry and in none before it.
std::string Refused(const std::function<void(Middle&)>& forge) {
  Middle story;
  forge(story);
  story.Chain();
  LedgerBook book(kPeople);
  const absl::Status status = Read(story.lines, book);
  CHECK(book.number() == story.lines.size() - 1);
  CHECK(ReasonOf(status) == Reason::kIntegrity);
  return FieldOf(status);
}

bool Accepted(const std::function<void(Middle&)>& tell) {
  Middle story;
  tell(story);
  story.Chain();
  LedgerBook book(kPeople);
  const absl::Status status = Read(story.lines, book);
  INFO(std::string(status.message()));
  CHECK(status.ok());
  return status.ok();
}

}  // namespace

TEST_CASE("forged: an entry dropped, swapped, repeated or changed does not link") {
  Middle story;
  story.Chain();
  for (std::size_t i = 0; i + 1 < story.lines.size(); ++i) {
    auto dropped = story.lines;
    dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(i));
    LedgerBook book(kPeople);
    CHECK(FieldOf(Read(dropped, book)) == "ledger.number");
    auto swapped = story.lines;
    std::swap(swapped[i], swapped[i + 1]);
    book = LedgerBook(kPeople);
    CHECK_FALSE(Read(swapped, book).ok());
    auto repeated = story.lines;
    repeated.push_back(repeated[i]);
    book = LedgerBook(kPeople);
    CHECK_FALSE(Read(repeated, book).ok());
    for (std::size_t byte = 0; byte < kLedgerEntryBytes; ++byte) {
      Bytes bytes = EncodeLedgerEntry(story.lines[i].entry);
      bytes[byte] = static_cast<char>(bytes[byte] ^ 1);
      const auto changed = DecodeLedgerEntry(bytes);
      if (!changed.ok()) continue;
      auto lines = story.lines;
      lines[i].entry = *changed;
      book = LedgerBook(kPeople);
      CHECK_FALSE(Read(lines, book).ok());
      CHECK(book.number() <= i + 1);
    }
  }
}

TEST_CASE("forged: every field of every entry that is not free, with all links renewed") {
  Middle honest;
  honest.now = honest.due;
  honest.Settle(LedgerKind::kPromiseMissed, honest.envelope, honest.due);
  honest.now = honest.slot.closes_at_ms + kDay;
  honest.AddSlot(LedgerKind::kSlotClosedEmpty, honest.slot, 1);
  honest.Settle(LedgerKind::kPromiseRepaired, honest.envelope, honest.due);
  const std::vector<std::function<void(LedgerEntry&)>> changes = {
      [](LedgerEntry& e) { e.practice = Filled<PracticeKey>('x'); },
      [](LedgerEntry& e) { e.incarnation = Filled<Incarnation>('x'); },
      [](LedgerEntry& e) { e.bond = Filled<BondId>('x'); },
      [](LedgerEntry& e) { e.at_ms -= 40 * kDay; },
      [](LedgerEntry& e) { e.subject = Filled<LedgerSubject>('x'); },
      [](LedgerEntry& e) { e.from_ms += kMinute; },
      [](LedgerEntry& e) { e.until_ms += kMinute; },
      [](LedgerEntry& e) { e.reference += 1; },
      [](LedgerEntry& e) { e.hash = Filled<Hash>('x'); },
      [](LedgerEntry& e) { e.kind = static_cast<LedgerKind>(static_cast<int>(e.kind) % 11 + 1); }};
  for (std::size_t i = 1; i < honest.lines.size(); ++i) {
    for (std::size_t k = 0; k < changes.size(); ++k) {
      LedgerStory forged = honest;
      changes[k](forged.lines[i].entry);
      forged.Chain();
      LedgerBook book(kPeople);
      INFO("entry " << i + 1 << ", change " << k);
      CHECK_FALSE(Read(forged.lines, book).ok());
      CHECK(book.number() >= i);
    }
  }
}

TEST_CASE("forged: time runs backwards") {
  CHECK(Refused([](Middle& m) {
          m.now -= 1;
          m.Do(Resume{}, true);
        }) == "ledger.at_ms");
}

TEST_CASE("forged: another incarnation without a restored backup, or an old one with it") {
  CHECK(Refused([](Middle& m) {
          m.incarnation = Filled<Incarnation>('2');
          m.Do(Resume{}, true);
        }) == "ledger.incarnation");
  CHECK(Refused([](Middle& m) { m.Restore('1'); }) == "ledger.incarnation");
  CHECK(Refused([](Middle& m) {
          m.Restore('2');
          m.Restore('1');
        }) == "ledger.incarnation");
  CHECK(Accepted([](Middle& m) {
    m.Restore('2');
    m.Do(Resume{}, true);
  }));
}

TEST_CASE("forged: an act that is not the one that was signed") {
  CHECK(Refused([](Middle& m) {
          m.Do(Resume{}, true);
          m.lines.back().act->what = EndBond{};
        }) == "ledger.hash");
  CHECK(Refused([](Middle& m) {
          m.Do(Resume{}, true);
          m.last().subject = Filled<LedgerSubject>('x');
        }) == "ledger.subject");
  CHECK(Refused([](Middle& m) {
          m.Do(Resume{}, true);
          m.lines.back().act.reset();
        }) == "ledger.kind");
  CHECK(Refused([](Middle& m) {
          m.Do(Resume{}, true);
          m.lines.back().act->bond = Filled<BondId>('x');
          m.last().hash = PlainHash(EncodeAct(*m.lines.back().act));
        }) == "ledger.act");
  // The same act a second time.
  CHECK(Refused([](Middle& m) {
          m.Do(Resume{}, true);
          m.Push(m.lines.back().entry, m.lines.back().act);
        }) == "ledger.act");
}

TEST_CASE("forged: an act by somebody who may not sign it") {
  const Availability next = StoryAvailability(2);
  CHECK(Refused([&](Middle& m) { m.Do(next, true); }) == "ledger.act");
  CHECK(Refused([](Middle& m) { m.Do(StoryRhythm(2), true); }) == "ledger.act");
  CHECK(Refused([](Middle& m) {
          m.Do(AcceptRhythm{2, m.Do(StoryRhythm(2), false)}, false);
        }) == "ledger.act");
  CHECK(Refused([](Middle& m) { m.Do(Pause{m.now + kDay, false}, false); }) == "ledger.act");
  CHECK(Refused([](Middle& m) { m.Do(Resume{}, false); }) == "ledger.act");
  CHECK(Refused([](Middle& m) {
          m.Do(Reschedule{m.envelope, m.due, m.due + 1}, true);
        }) == "ledger.act");
  CHECK(Refused([](Middle& m) {
          m.Do(EndBond{}, true);
          m.lines.back().act->account = Filled<AccountKey>('X');
          m.last().hash = PlainHash(EncodeAct(*m.lines.back().act));
        }) == "ledger.act");
}

TEST_CASE("forged: numbers of availability and rhythm that are not the next ones") {
  CHECK(Refused([](Middle& m) { m.Do(StoryAvailability(1), false); }) == "ledger.act");
  CHECK(Refused([](Middle& m) { m.Do(StoryAvailability(3), false); }) == "ledger.act");
  CHECK(Refused([](Middle& m) { m.Do(StoryRhythm(1), false); }) == "ledger.act");
  CHECK(Refused([](Middle& m) { m.Do(StoryRhythm(3), false); }) == "ledger.act");
}

TEST_CASE("forged: a rhythm accepted that was not proposed like this") {
  CHECK(Refused([](Middle& m) { m.Do(AcceptRhythm{1, m.proposal}, true); }) == "ledger.act");
  CHECK(Refused([](Middle& m) {
          m.Do(StoryRhythm(2), false);
          m.Do(AcceptRhythm{2, m.proposal}, true);
        }) == "ledger.act");
  CHECK(Refused([](Middle& m) {
          const Hash replaced = m.Do(StoryRhythm(2), false);
          m.Do(StoryRhythm(3), false);
          m.Do(AcceptRhythm{2, replaced}, true);
        }) == "ledger.act");
  CHECK(Refused([](Middle& m) { m.Do(EndRhythm{2}, true); }) == "ledger.act");
}

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

TEST_CASE("forged: what was withdrawn is released, what was released is so again") {
  const auto note = Numbered<EnvelopeId>(60);
  CHECK(Refused([&](Middle& m) {
          m.Do(Withdraw{note}, false);
          m.Release(note, m.now);
        }) == "ledger.subject");
  CHECK(Refused([&](Middle& m) {
          m.Release(note, m.now);
          m.Release(note, m.now);
        }) == "ledger.subject");
  CHECK(Refused([&](Middle& m) {
          m.Release(note, m.now);
          m.Do(Withdraw{note}, false);
        }) == "ledger.act");
  CHECK(Refused([&](Middle& m) { m.Release(note, m.now + 1); }) == "ledger.at_ms");
}

TEST_CASE("forged: anything after the end of the bond but a restored backup") {
  CHECK(Refused([](Middle& m) {
          m.Do(EndBond{}, true);
          m.Do(Resume{}, true);
        }) == "ledger.kind");
  CHECK(Refused([](Middle& m) {
          m.Do(EndBond{}, true);
          m.now = m.due;
          m.Settle(LedgerKind::kPromiseMissed, m.envelope, m.due);
        }) == "ledger.kind");
  CHECK(Accepted([](Middle& m) {
    m.Do(EndBond{}, true);
    m.Restore('2');
  }));
}

}  // namespace holdfast
