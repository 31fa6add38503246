// What LedgerBook makes of honest ledgers.
#include "rules/ledger_book.h"

#include "unit/rules/ledger_story.h"

namespace holdfast {
namespace {

// A bond over a year and a half: check-ins of which some are missed, replies in
// time, moved, late and never; a pause, new hours, a new rhythm, a restored backup
// and an end.
struct LongStory : LedgerStory {
  Availability availability = StoryAvailability(1);
  Rhythm rhythm = StoryRhythm(1);
  std::uint64_t after = 0;
  std::uint64_t paused_until = 0;
  int filled = 0, empty = 0, skipped = 0, kept = 0, repaired = 0, missed = 0, moved = 0;

  void Accept() {
    const Hash hash = Do(rhythm, false);
    now += kHour;
    Do(AcceptRhythm{rhythm.number, hash}, true);
    after = now;
  }

  void Answer(int week, const EnvelopeId& check_in, std::uint64_t due) {
    if (week % 5 == 1) {
      now += kHour;
      const std::uint64_t later = due + kDay;
      Do(Reschedule{check_in, due, later}, false);
      due = later;
      ++moved;
    }
    if (week % 4 == 2) {
      now = due + kMinute;  // the timer was late
      Settle(LedgerKind::kPromiseMissed, check_in, due);
      ++missed;
      if (week % 8 == 2) return;  // open for good: the reply never came
      now += kHour;
      Settle(LedgerKind::kPromiseRepaired, check_in, due);
      ++repaired;
      return;
    }
    now = due - static_cast<std::uint64_t>(week % 3) * kMinute;
    Settle(LedgerKind::kPromiseKept, check_in, due);
    ++kept;
  }

  void Week(int week) {
    const Slot slot = NextSlot(rhythm, after).value().value();
    after = slot.opens_at_ms;
    now = std::max(now, slot.opens_at_ms + (week % 3 == 0 ? 7 * kMinute : 0));
    if (slot.opens_at_ms < paused_until) {
      AddSlot(LedgerKind::kSlotSkipped, slot, rhythm.number);
      ++skipped;
      return;
    }
    AddSlot(LedgerKind::kSlotOpened, slot, rhythm.number);
    if (week % 6 == 5) {
      now = std::max(now, slot.closes_at_ms);
      AddSlot(LedgerKind::kSlotClosedEmpty, slot, rhythm.number);
      ++empty;
      return;
    }
    now = std::max(now, slot.opens_at_ms) + kHour;
    const auto check_in = Numbered<EnvelopeId>(lines.size());
    Fill(slot, check_in);
    ++filled;
    Answer(week, check_in, Promise(check_in, availability));
  }

  LongStory() {
    Do(availability, false);
    Accept();
    for (int week = 0; week < 80; ++week) {
      if (week == 20) {
        Do(Pause{now + 21 * kDay, false}, true);
        paused_until = now + 21 * kDay;
      }
      if (week == 30) {
        availability = StoryAvailability(2);
        availability.reply_within_minutes = 480;
        Do(availability, false);
      }
      if (week == 40) {
        rhythm = StoryRhythm(2, "FREQ=WEEKLY;BYDAY=TH");
        Accept();
      }
      if (week == 50) Restore('2');
      Week(week);
    }
    Do(EndBond{}, true);
    Chain();
  }
};

}  // namespace

TEST_CASE("an honest ledger of a year and a half is followed to its end") {
  const LongStory story;
  LedgerBook book(kPeople);
  const absl::Status status = Read(story.lines, book);
  INFO(std::string(status.message()) << " after " << book.number());
  REQUIRE(status.ok());
  CHECK(book.number() == story.lines.size());
  CHECK(book.head() == PlainHash(EncodeLedgerEntry(story.lines.back().entry)));
  CHECK(book.at_ms() == story.now);
  CHECK(book.ended());
  CHECK(book.incarnation() == Filled<Incarnation>('2'));
  CHECK(book.availability()->number == 2);
  CHECK(book.availabilities().size() == 2);
  CHECK_FALSE(book.rhythm());
  CHECK(book.newest_rhythm() == 2);

  const auto slots = [&](SlotState state) {
    return std::ranges::count_if(book.slots(), [&](auto& s) { return s.second.state == state; });
  };
  CHECK(slots(SlotState::kFilled) == story.filled);
  CHECK(slots(SlotState::kClosedEmpty) == story.empty);
  CHECK(slots(SlotState::kSkipped) == story.skipped);
  CHECK(slots(SlotState::kOpen) == 0);
  CHECK(story.skipped >= 2);
  const auto promises = [&](PromiseState state) {
    return std::ranges::count_if(book.promises(), [&](auto& p) { return p.second.state == state; });
  };
  CHECK(promises(PromiseState::kKept) == story.kept);
  CHECK(promises(PromiseState::kRepaired) == story.repaired);
  CHECK(promises(PromiseState::kMissed) == story.missed - story.repaired);
  CHECK(std::ranges::count_if(book.promises(), [](auto& p) {
          return p.second.due_at_ms != p.second.first_due_at_ms;
        }) == story.moved);
}

TEST_CASE("a book tells what is proposed, what runs, and what comes next") {
  LedgerStory story;
  const Rhythm rhythm = StoryRhythm(1);
  const Hash hash = story.Do(rhythm, false);
  story.Chain();
  LedgerBook proposed(kPeople);
  REQUIRE(Read(story.lines, proposed).ok());
  CHECK(proposed.proposal() == rhythm);
  CHECK(proposed.proposal_hash() == hash);
  CHECK_FALSE(proposed.rhythm());
  CHECK_FALSE(proposed.next_slot().value());

  story.Do(AcceptRhythm{1, hash}, true);
  story.Chain();
  LedgerBook accepted(kPeople);
  REQUIRE(Read(story.lines, accepted).ok());
  CHECK_FALSE(accepted.proposal());
  CHECK(accepted.rhythm() == rhythm);
  const Slot next = accepted.next_slot().value().value();
  CHECK(next.opens_at_ms == Ms(2026, 3, 2, 17));

  story.now = next.opens_at_ms;
  story.AddSlot(LedgerKind::kSlotOpened, next, 1);
  story.Do(EndRhythm{1}, true);
  story.Chain();
  LedgerBook open(kPeople);
  REQUIRE(Read(story.lines, open).ok());
  CHECK(open.open_slot()->slot == next);
  CHECK_FALSE(open.rhythm());
  CHECK_FALSE(open.next_slot().value());
}

TEST_CASE("a rhythm takes over while the other's slot is still open") {
  LedgerStory story;
  const Rhythm first = StoryRhythm(1);
  story.Do(AcceptRhythm{1, story.Do(first, false)}, true);
  const Slot monday = NextSlot(first, story.now).value().value();
  story.now = monday.opens_at_ms;
  story.AddSlot(LedgerKind::kSlotOpened, monday, 1);
  const Rhythm second = StoryRhythm(2, "FREQ=WEEKLY;BYDAY=TU");
  story.Do(AcceptRhythm{2, story.Do(second, false)}, true);
  const Slot tuesday = NextSlot(second, story.now).value().value();
  story.now = tuesday.opens_at_ms;
  story.AddSlot(LedgerKind::kSlotOpened, tuesday, 2);
  story.Chain();
  LedgerBook book(kPeople);
  REQUIRE(Read(story.lines, book).ok());
  CHECK(book.open_slots().size() == 2);
  CHECK(book.open_slots()[0].slot == monday);
  CHECK(book.open_slot()->slot == tuesday);
  CHECK(book.open_slot()->rhythm == 2);
}

TEST_CASE("after downtime slots are opened and closed late, in order") {
  LedgerStory story;
  const Rhythm rhythm = StoryRhythm(1);
  story.Do(AcceptRhythm{1, story.Do(rhythm, false)}, true);
  std::uint64_t after = story.now;
  story.now += 30 * kDay;
  for (int i = 0; i < 4; ++i) {
    const Slot slot = NextSlot(rhythm, after).value().value();
    after = slot.opens_at_ms;
    story.AddSlot(LedgerKind::kSlotOpened, slot, 1);
    story.AddSlot(LedgerKind::kSlotClosedEmpty, slot, 1);
  }
  story.Chain();
  LedgerBook book(kPeople);
  CHECK(Read(story.lines, book).ok());
  CHECK(book.slots().size() == 4);
}

TEST_CASE("a pause is replaced by a newer one and ends early by a resume") {
  LedgerStory story;
  story.Do(Pause{story.now + 9 * kDay, true}, true);
  story.Do(Pause{story.now + 3 * kDay, false}, true);
  story.Chain();
  LedgerBook book(kPeople);
  REQUIRE(Read(story.lines, book).ok());
  CHECK(book.paused_until_ms() == story.now + 3 * kDay);
  CHECK_FALSE(book.pause()->ahead_too);
  story.Do(Resume{}, true);
  story.Chain();
  LedgerBook resumed(kPeople);
  REQUIRE(Read(story.lines, resumed).ok());
  CHECK_FALSE(resumed.paused_until_ms());
}

TEST_CASE("a proposal is replaced by the next, and either can be turned down") {
  LedgerStory story;
  story.Do(StoryRhythm(1), false);
  story.Do(StoryRhythm(2, "FREQ=DAILY"), false);
  story.Chain();
  LedgerBook book(kPeople);
  REQUIRE(Read(story.lines, book).ok());
  CHECK(book.proposal()->number == 2);
  story.Do(EndRhythm{2}, true);
  story.Chain();
  LedgerBook declined(kPeople);
  REQUIRE(Read(story.lines, declined).ok());
  CHECK_FALSE(declined.proposal());
  CHECK(declined.proposal_hash().is_zero());
}

TEST_CASE("what was sealed ahead is released once, or withdrawn") {
  LedgerStory story;
  story.Release(Numbered<EnvelopeId>(1), story.now - kHour);
  story.Do(Withdraw{Numbered<EnvelopeId>(2)}, false);
  story.Chain();
  LedgerBook book(kPeople);
  REQUIRE(Read(story.lines, book).ok());
  CHECK(book.released(Numbered<EnvelopeId>(1)));
  CHECK(book.withdrawn(Numbered<EnvelopeId>(2)));
}

TEST_CASE("an entry that does not follow leaves the book as it was") {
  LongStory story;
  story.lines.pop_back();
  LedgerBook book(kPeople);
  REQUIRE(Read(story.lines, book).ok());
  const LedgerBook before = book;
  LedgerEntry wrong = story.Blank(LedgerKind::kPromiseMade);
  wrong.number = book.number() + 1;
  wrong.previous = book.head();
  wrong.subject = SubjectOf(Numbered<EnvelopeId>(77777));
  wrong.from_ms = wrong.at_ms;
  wrong.until_ms = wrong.at_ms + 1;
  wrong.reference = 2;
  CHECK(ReasonOf(book.Add(wrong, PlainHash("x"), nullptr, Hash())) == Reason::kIntegrity);
  CHECK(book.number() == before.number());
  CHECK(book.head() == before.head());
  CHECK(book.promises().size() == before.promises().size());
}

}  // namespace holdfast
