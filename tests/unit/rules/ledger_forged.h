// Ledgers that are numbered and linked as they should be, so that only what they
// say is wrong.
#pragma once

#include <functional>
#include <string>

#include "unit/rules/ledger_story.h"

namespace holdfast {

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
inline std::string Refused(const std::function<void(Middle&)>& forge) {
  Middle story;
  forge(story);
  story.Chain();
  LedgerBook book(kPeople);
  const absl::Status status = Read(story.lines, book);
  CHECK(book.number() == story.lines.size() - 1);
  CHECK(ReasonOf(status) == Reason::kIntegrity);
  return FieldOf(status);
}

inline bool Accepted(const std::function<void(Middle&)>& tell) {
  Middle story;
  tell(story);
  story.Chain();
  LedgerBook book(kPeople);
  const absl::Status status = Read(story.lines, book);
  INFO(std::string(status.message()));
  CHECK(status.ok());
  return status.ok();
}

}  // namespace holdfast
