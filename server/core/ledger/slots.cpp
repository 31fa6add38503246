#include "server/core/ledger/slots.h"

#include "rules/planted.h"
#include "server/core/engine/timers.h"
#include "server/core/ledger/ahead.h"
#include "server/core/mailbox/mailboxes.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// `next` is the rhythm's, if it has one more.
absl::Status ArmSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                     const std::optional<Slot>& next) {
  LedgerHeadRecord& head = ledger.head;
  ForgetNextSlot(head);
  if (!next) return absl::OkStatus();
  head.set_next_opens_at_ms(next->opens_at_ms);
  return Arm(context, transaction,
             {next->opens_at_ms, TimerKind::kSlotOpens, ledger.id.str(), head.slot_generation()});
}

absl::Status ArmReminder(Context& context, Transaction& transaction, const BondLedger& ledger,
                         const Slot& slot, std::uint8_t reminder) {
  return Arm(context, transaction,
             {ReminderAt(slot, reminder), TimerKind::kSlotReminder, ledger.id.str() + slot.id.str(),
              reminder});
}

absl::Status AppendSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                        LedgerKind kind, const Slot& slot, std::uint32_t rhythm) {
  LedgerEntry entry;
  entry.kind = kind;
  entry.subject = SubjectOf(slot.id);
  entry.from_ms = slot.opens_at_ms;
  entry.until_ms = slot.closes_at_ms;
  entry.reference = rhythm;
  return AppendEntry(context, transaction, ledger, entry);
}

absl::Status RecordEmpty(Context& context, Transaction& transaction, BondLedger& ledger,
                         const Slot& slot, std::uint32_t rhythm) {
  HOLDFAST_RETURN_IF_ERROR(
      AppendSlot(context, transaction, ledger, LedgerKind::kSlotClosedEmpty, slot, rhythm));
  return ComeTrue(context, transaction, ledger,
                  {ReleaseWhen::kSlotClosesEmpty, slot.id.view(), slot.closes_at_ms});
}

// One that is over already, after a time in which nothing could open, closes at once.
absl::Status Open(Context& context, Transaction& transaction, BondLedger& ledger, const Slot& slot,
                  const Rhythm& rhythm) {
  HOLDFAST_RETURN_IF_ERROR(
      AppendSlot(context, transaction, ledger, LedgerKind::kSlotOpened, slot, rhythm.number));
  const bool is_over = slot.closes_at_ms <= ledger.at_ms;
  SlotRecord record;
  record.set_state(is_over ? SlotRecord::CLOSED_EMPTY : SlotRecord::OPEN);
  record.set_opens_at_ms(slot.opens_at_ms);
  record.set_closes_at_ms(slot.closes_at_ms);
  record.set_rhythm(rhythm.number);
  record.set_reminders(rhythm.reminders);
  Save(transaction, keys::Slot(ledger.id, slot.id), record);
  HOLDFAST_RETURN_IF_ERROR(ComeTrue(context, transaction, ledger,
                                    {ReleaseWhen::kSlotOpens, slot.id.view(), slot.opens_at_ms}));
  if (is_over) return RecordEmpty(context, transaction, ledger, slot, rhythm.number);
  HOLDFAST_RETURN_IF_ERROR(
      Arm(context, transaction,
          {slot.closes_at_ms, TimerKind::kSlotCloses, ledger.id.str() + slot.id.str(), 1}));
  if (rhythm.reminders == 0) return absl::OkStatus();
  return ArmReminder(context, transaction, ledger, slot, 1);
}

absl::Status OpenNextSlot(Context& context, Transaction& transaction, BondLedger& ledger) {
  HOLDFAST_ASSIGN_OR_RETURN(const Rhythm rhythm,
                            RhythmAt(transaction, ledger, ledger.head.rhythm_entry()));
  // The one that opens, and the one after it, in one expansion of the rule.
  HOLDFAST_ASSIGN_OR_RETURN(const auto slots,
                            NextSlots(rhythm, ledger.head.next_opens_at_ms() - 1, 2));
  if (slots.empty()) return DamagedRecord("a rhythm's next slot");
  const Slot& slot = slots.front();
  if (IsPaused(ledger, slot.opens_at_ms) && !HOLDFAST_PLANTED(kForgetPause)) {
    HOLDFAST_RETURN_IF_ERROR(
        AppendSlot(context, transaction, ledger, LedgerKind::kSlotSkipped, slot, rhythm.number));
  } else {
    HOLDFAST_RETURN_IF_ERROR(Open(context, transaction, ledger, slot, rhythm));
  }
  return ArmSlot(context, transaction, ledger,
                 slots.size() < 2 ? std::optional<Slot>() : slots.back());
}

bool IsNextSlot(const LedgerHeadRecord& head, const SlotId& slot) {
  return head.next_opens_at_ms() != 0 && slot == SlotIdOf(head.accepted(), head.next_opens_at_ms());
}

// As the rhythm that is kept or proposed has it; nothing where neither does.
absl::StatusOr<std::optional<Slot>> InRhythm(Transaction& transaction, const BondLedger& ledger,
                                             const SlotId& slot) {
  HOLDFAST_ASSIGN_OR_RETURN(const SlotParts parts, CheckedPartsOf(slot, "slot"));
  for (const std::uint64_t entry : {ledger.head.rhythm_entry(), ledger.head.proposal_entry()}) {
    if (entry == 0) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const Rhythm rhythm, RhythmAt(transaction, ledger, entry));
    if (rhythm.number != parts.rhythm) continue;
    HOLDFAST_ASSIGN_OR_RETURN(auto made, NextSlot(rhythm, parts.opens_at_ms - 1));
    if (made && made->id == slot) return made;
  }
  return std::optional<Slot>();
}

}  // namespace

absl::StatusOr<Rhythm> RhythmAt(Transaction& transaction, const BondLedger& ledger,
                                std::uint64_t entry) {
  HOLDFAST_ASSIGN_OR_RETURN(Act act, ActAt(transaction, ledger.id, entry));
  auto* const rhythm = std::get_if<Rhythm>(&act.what);
  if (rhythm == nullptr) return DamagedRecord("a rhythm");
  return std::move(*rhythm);
}

void ForgetNextSlot(LedgerHeadRecord& head) {
  head.set_next_opens_at_ms(0);
  head.set_slot_generation(head.slot_generation() + 1);
}

absl::Status ArmNextSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                         const Rhythm& rhythm, std::uint64_t after_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto next, NextSlot(rhythm, after_ms));
  return ArmSlot(context, transaction, ledger, next);
}

absl::Status CheckSlot(const Header& header) {
  if (header.slot.is_zero()) return absl::OkStatus();
  if (header.kind != Kind::kCheckIn) {
    return Refuse(Reason::kMalformedField, "header.slot", "only a check-in is for a slot");
  }
  return CheckedPartsOf(header.slot, "header.slot").status();
}

absl::StatusOr<SlotNow> LookAtSlot(Transaction& transaction, const BondLedger& ledger,
                                   const SlotId& slot) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Find(transaction, keys::Slot(ledger.id, slot)));
  const auto unless_over = [&](const Slot& opened) {
    const bool is_over = opened.closes_at_ms <= ledger.at_ms;
    return SlotNow{is_over ? SlotStanding::kClosedEmpty : SlotStanding::kOpen, opened};
  };
  if (record) {
    const Slot opened{slot, record->opens_at_ms(), record->closes_at_ms()};
    if (record->state() == SlotRecord::FILLED) return SlotNow{SlotStanding::kFilled, opened};
    return unless_over(opened);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto made, InRhythm(transaction, ledger, slot));
  if (!made) return SlotNow{SlotStanding::kUnknown, {}};
  if (made->opens_at_ms > ledger.at_ms) return SlotNow{SlotStanding::kToCome, *made};
  // The timer's turn has not come yet; the time has.
  if (IsNextSlot(ledger.head, slot) && !IsPaused(ledger, made->opens_at_ms)) {
    return unless_over(*made);
  }
  return SlotNow{SlotStanding::kPassed, *made};
}

absl::Status FillSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                      const SlotId& slot, const EnvelopeId& check_in) {
  // The timer's turn has not come yet; the time has.
  if (IsNextSlot(ledger.head, slot) && ledger.head.next_opens_at_ms() <= ledger.at_ms) {
    HOLDFAST_RETURN_IF_ERROR(OpenNextSlot(context, transaction, ledger));
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto record, Find(transaction, keys::Slot(ledger.id, slot)));
  if (!record || record->state() != SlotRecord::OPEN || ledger.at_ms >= record->closes_at_ms()) {
    return absl::OkStatus();
  }
  record->set_state(SlotRecord::FILLED);
  Save(transaction, keys::Slot(ledger.id, slot), *record);
  LedgerEntry entry;
  entry.kind = LedgerKind::kSlotFilled;
  entry.subject = SubjectOf(slot);
  entry.by = SubjectOf(check_in);
  return AppendEntry(context, transaction, ledger, entry);
}

absl::Status OpenSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                      std::uint64_t generation) {
  const LedgerHeadRecord& head = ledger.head;
  const bool is_replaced =
      head.slot_generation() != generation && !HOLDFAST_PLANTED(kOpenByOldRhythm);
  if (head.next_opens_at_ms() == 0 || is_replaced) return absl::OkStatus();
  return OpenNextSlot(context, transaction, ledger);
}

absl::Status CloseSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                       const SlotId& slot) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, Load(transaction, keys::Slot(ledger.id, slot)));
  if (record.state() != SlotRecord::OPEN) return absl::OkStatus();
  record.set_state(SlotRecord::CLOSED_EMPTY);
  Save(transaction, keys::Slot(ledger.id, slot), record);
  return RecordEmpty(context, transaction, ledger,
                     {slot, record.opens_at_ms(), record.closes_at_ms()}, record.rhythm());
}

absl::Status RemindClient(Context& context, Transaction& transaction, const BondLedger& ledger,
                          const SlotId& slot, std::uint64_t reminder) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Load(transaction, keys::Slot(ledger.id, slot)));
  const std::uint64_t at_ms = ledger.at_ms;
  if (record.state() != SlotRecord::OPEN || at_ms >= record.closes_at_ms()) {
    return absl::OkStatus();
  }
  const Slot opened{slot, record.opens_at_ms(), record.closes_at_ms()};
  const auto last = static_cast<std::uint8_t>(record.reminders());
  auto newest = static_cast<std::uint8_t>(reminder);
  // Those that are late come as one.
  while (newest < last && ReminderAt(opened, static_cast<std::uint8_t>(newest + 1)) <= at_ms) {
    ++newest;
  }
  if (newest < last) {
    HOLDFAST_RETURN_IF_ERROR(
        ArmReminder(context, transaction, ledger, opened, static_cast<std::uint8_t>(newest + 1)));
  }
  if (IsPaused(ledger, at_ms)) return absl::OkStatus();
  MailboxEntryRecord mail;
  ReminderEntry& entry = *mail.mutable_reminder();
  entry.set_bond(ledger.id.str());
  entry.set_slot(slot.str());
  entry.set_at_ms(ReminderAt(opened, newest));
  HOLDFAST_ASSIGN_OR_RETURN(const auto client, Stored<AccountKey>(ledger.bond.client()));
  return AppendToAccount(context, transaction, client, mail);
}

}  // namespace holdfast::server
