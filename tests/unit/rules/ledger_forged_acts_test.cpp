// What LedgerBook refuses: broken links, acts that do not follow, releases.
#include "unit/rules/ledger_forged.h"

namespace holdfast {

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
