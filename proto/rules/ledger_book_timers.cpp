// What time and messages bring about, as LedgerBook recomputes it: slots, promises
// and the release of what was sealed ahead.
#include "rules/ledger_book.h"
#include "rules/ledger_broken.h"

namespace holdfast {

absl::Status LedgerBook::BeginSlot(const LedgerEntry& entry) {
  if (!rhythm_ || rhythm_->number != entry.reference) {
    return LedgerBroken("reference", "names a rhythm that does not run");
  }
  const auto expected = next_slot();
  if (!expected.ok()) return LedgerBroken("reference", MessageOf(expected.status()));
  if (!*expected || (*expected)->opens_at_ms != entry.from_ms) {
    return LedgerBroken("from_ms", "is not when the rhythm's next slot opens");
  }
  if ((*expected)->id != SubjectAs<SlotId>(entry.subject)) {
    return LedgerBroken("subject", "is not the rhythm's next slot");
  }
  if ((*expected)->closes_at_ms != entry.until_ms) {
    return LedgerBroken("until_ms", "is not when that slot closes");
  }
  if (entry.at_ms < entry.from_ms) return LedgerBroken("at_ms", "is before the slot opens");
  const bool is_skipped = entry.kind == LedgerKind::kSlotSkipped;
  if (is_skipped != (pause_ && entry.from_ms < pause_->until_ms)) {
    return LedgerBroken("kind", is_skipped ? "skips a slot although nothing was paused then"
                                           : "opens a slot within a pause");
  }
  slots_[(*expected)->id] = {.slot = **expected,
                             .state = is_skipped ? SlotState::kSkipped : SlotState::kOpen,
                             .rhythm = entry.reference,
                             .check_in = EnvelopeId()};
  slots_after_ms_ = entry.from_ms;
  return absl::OkStatus();
}

absl::Status LedgerBook::EndSlot(const LedgerEntry& entry) {
  const auto found = slots_.find(SubjectAs<SlotId>(entry.subject));
  if (found == slots_.end() || found->second.state != SlotState::kOpen) {
    return LedgerBroken("subject", "is a slot that is not open");
  }
  SlotLine& line = found->second;
  if (entry.kind == LedgerKind::kSlotFilled) {
    if (entry.at_ms > line.slot.closes_at_ms) return LedgerBroken("at_ms", "is past the slot");
    line.state = SlotState::kFilled;
    line.check_in = SubjectAs<EnvelopeId>(entry.by);
    return absl::OkStatus();
  }
  if (entry.from_ms != line.slot.opens_at_ms || entry.until_ms != line.slot.closes_at_ms ||
      entry.reference != line.rhythm) {
    return LedgerBroken("until_ms", "differs from what the slot was when it opened");
  }
  if (entry.at_ms < entry.until_ms) return LedgerBroken("at_ms", "is before the slot closes");
  line.state = SlotState::kClosedEmpty;
  return absl::OkStatus();
}

absl::Status LedgerBook::MakePromise(const LedgerEntry& entry) {
  const auto envelope = SubjectAs<EnvelopeId>(entry.subject);
  if (promises_.contains(envelope)) return LedgerBroken("subject", "has a promise already");
  const Availability* newest = availability();
  if (newest == nullptr || newest->number != entry.reference) {
    return LedgerBroken("reference", "is not the newest availability");
  }
  if (entry.from_ms != entry.at_ms) {
    return LedgerBroken("from_ms", "is another time than that of the entry");
  }
  const auto due = DueAt(*newest, entry.from_ms);
  if (!due.ok() || *due != entry.until_ms) {
    return LedgerBroken("until_ms", "is not when the reply is due by the working hours");
  }
  promises_[envelope] = {.state = PromiseState::kOpen,
                         .made_at_ms = entry.from_ms,
                         .due_at_ms = *due,
                         .first_due_at_ms = *due,
                         .availability = entry.reference,
                         .settled_at_ms = 0,
                         .missed_at_ms = 0,
                         .reply = EnvelopeId()};
  return absl::OkStatus();
}

absl::Status LedgerBook::SettlePromise(const LedgerEntry& entry) {
  const bool is_repair = entry.kind == LedgerKind::kPromiseRepaired;
  const auto found = promises_.find(SubjectAs<EnvelopeId>(entry.subject));
  if (found == promises_.end() ||
      found->second.state != (is_repair ? PromiseState::kMissed : PromiseState::kOpen)) {
    return LedgerBroken("subject", is_repair ? "repairs a promise that is not missed"
                                             : "settles a promise that is not open");
  }
  PromiseLine& line = found->second;
  if (entry.until_ms != line.due_at_ms) {
    return LedgerBroken("until_ms", "is another due time than the promise has");
  }
  if (entry.kind == LedgerKind::kPromiseMissed) {
    if (entry.at_ms < line.due_at_ms) return LedgerBroken("at_ms", "is before the due time");
    line.state = PromiseState::kMissed;
    line.missed_at_ms = entry.at_ms;
    return absl::OkStatus();
  }
  if (!is_repair && entry.at_ms > line.due_at_ms) {
    return LedgerBroken("at_ms", "is past the due time");
  }
  line.state = is_repair ? PromiseState::kRepaired : PromiseState::kKept;
  line.settled_at_ms = entry.at_ms;
  line.reply = SubjectAs<EnvelopeId>(entry.by);
  return absl::OkStatus();
}

absl::Status LedgerBook::ReleaseAhead(const LedgerEntry& entry) {
  const auto envelope = SubjectAs<EnvelopeId>(entry.subject);
  if (withdrawn_.contains(envelope)) return LedgerBroken("subject", "was withdrawn before");
  if (released_.contains(envelope)) return LedgerBroken("subject", "was released before");
  if (entry.at_ms < entry.from_ms) {
    return LedgerBroken("at_ms", "is before its condition came true");
  }
  if (pause_ && pause_->ahead_too && entry.at_ms < pause_->until_ms) {
    return LedgerBroken("at_ms", "is within a pause that holds it back");
  }
  released_.insert(envelope);
  return absl::OkStatus();
}

}  // namespace holdfast
