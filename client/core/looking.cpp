#include "client/core/looking.h"

#include <algorithm>

#include "client/core/limits.h"
#include "client/core/names.h"
#include "rules/coming_slots.h"

namespace holdfast::client {
namespace {

std::vector<PromiseView> Owed(const LedgerBook& book, const BondId& bond, std::uint64_t now_ms) {
  std::vector<PromiseView> owed;
  for (const auto& [envelope, line] : book.promises()) {
    if (line.state != PromiseState::kOpen && line.state != PromiseState::kMissed) continue;
    const bool overdue = line.state == PromiseState::kOpen && !book.ended() &&
                         line.due_at_ms + limits::kClockSkewMs < now_ms;
    owed.push_back({bond, envelope, line, overdue});
  }
  std::ranges::stable_sort(owed, std::less<>(),
                           [](const PromiseView& view) { return view.line.due_at_ms; });
  return owed;
}

std::optional<SlotLine> NewestEmpty(const LedgerBook& book) {
  std::optional<SlotLine> newest;
  for (const auto& [id, line] : book.slots()) {
    const bool counts = line.state == SlotState::kFilled || line.state == SlotState::kClosedEmpty;
    if (counts && (!newest || newest->slot.opens_at_ms < line.slot.opens_at_ms)) newest = line;
  }
  if (newest && newest->state == SlotState::kFilled) newest.reset();
  return newest;
}

absl::StatusOr<std::optional<ReminderView>> Useful(Ledgers& ledgers, VaultChange& change,
                                                   const vault::Reminder& record) {
  ReminderView view;
  HOLDFAST_ASSIGN_OR_RETURN(view.bond, BondId::From(record.bond(), "reminder.bond"));
  view.at_ms = record.at_ms();
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(change, view.bond));
  if (!bond || !bond->has_statement()) return std::optional<ReminderView>();
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, view.bond));
  if (!record.slot().empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(const SlotId slot, SlotId::From(record.slot(), "reminder.slot"));
    const auto open = held->book.open_slot();
    if (!open || open->slot.id != slot) return std::optional<ReminderView>();
    view.slot = slot;
    view.due_at_ms = open->slot.closes_at_ms;
    return std::optional<ReminderView>(view);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId envelope,
                            EnvelopeId::From(record.envelope(), "reminder.envelope"));
  const auto promise = held->book.promises().find(envelope);
  const bool open =
      promise != held->book.promises().end() && promise->second.state == PromiseState::kOpen;
  if (!open) return std::optional<ReminderView>();
  view.envelope = envelope;
  view.due_at_ms = promise->second.due_at_ms;
  return std::optional<ReminderView>(view);
}

}  // namespace

absl::StatusOr<StandingView> LookAt(Ledgers& ledgers, VaultChange& change, const BondId& bond,
                                    std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, FindBond(change, bond));
  if (!record || !record->has_statement()) {
    return Refuse(Reason::kUnknownBond, "bond", "is not one of yours; `status` lists them");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, bond));
  const LedgerBook& book = held->book;
  StandingView view;
  view.bond = bond;
  view.ended = book.ended();
  const auto paused = book.paused_until_ms();
  if (paused && *paused > now_ms) {
    view.paused_until_ms = paused;
    view.pause_holds_ahead = book.pause()->ahead_too;
  }
  if (book.availability() != nullptr) view.availability = *book.availability();
  view.rhythm = book.rhythm();
  view.proposal = book.proposal();
  view.open_slot = book.open_slot();
  if (!view.ended) {
    HOLDFAST_ASSIGN_OR_RETURN(view.next_slot, book.next_slot());
  }
  view.empty_slot = NewestEmpty(book);
  view.promises = Owed(book, bond, now_ms);
  view.entries = book.number();
  view.head = book.head();
  view.doubted = record->ledger_stopped();
  HOLDFAST_ASSIGN_OR_RETURN(const auto pending, PendingActs(change));
  for (const Pending& waiting : pending) {
    if (waiting.bond != bond) continue;
    view.waiting.push_back({bond, waiting.act.id, waiting.act.kind(), waiting.act.made_at_ms,
                            waiting.record.refusal()});
  }
  return view;
}

absl::StatusOr<std::vector<LedgerLine>> LedgerAfter(VaultChange& change, const BondId& bond,
                                                    std::uint64_t number) {
  std::vector<LedgerLine> lines;
  absl::Status status;
  const Bytes last = names::Number(number);
  HOLDFAST_RETURN_IF_ERROR(change.Scan<vault::LedgerRecord>(
      names::Ledger(bond), [&](BytesView key, const vault::LedgerRecord& record) {
        if (key <= last) return true;
        auto checked = StoredItem(record);
        status = checked.status();
        if (!status.ok()) return false;
        lines.push_back({checked->entry, checked->hash, std::move(checked->act)});
        return true;
      }));
  HOLDFAST_RETURN_IF_ERROR(status);
  return lines;
}

absl::StatusOr<std::vector<Slot>> OpeningsFrom(const LedgerBook& book, std::uint64_t now_ms) {
  std::vector<Slot> openings;
  if (book.ended()) return openings;
  HOLDFAST_ASSIGN_OR_RETURN(std::optional<Slot> next, book.next_slot());
  const std::uint64_t after_ms = std::max(now_ms + 1, book.paused_until_ms().value_or(0));
  ComingSlots coming;
  for (std::size_t looked = 0; next && looked < limits::kOpeningsMax; ++looked) {
    if (next->opens_at_ms > now_ms + limits::kReleaseAheadMsMax) break;
    if (next->opens_at_ms >= after_ms) openings.push_back(*next);
    HOLDFAST_ASSIGN_OR_RETURN(next, coming.After(*book.rhythm(), next->opens_at_ms));
  }
  return openings;
}

absl::StatusOr<bool> TakeReminder(Ledgers& ledgers, VaultChange& change,
                                  const v1::Reminder& reminder) {
  vault::Reminder record;
  record.set_bond(reminder.bond());
  record.set_slot(reminder.slot());
  record.set_envelope(reminder.envelope());
  record.set_at_ms(reminder.at_ms());
  const auto useful = Useful(ledgers, change, record);
  if (!useful.ok() && ReasonOf(useful.status()) == Reason::kVaultDamaged) return useful.status();
  if (!useful.ok() || !*useful) return false;
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read<vault::Progress>(names::kProgress));
  const std::uint64_t number = progress.reminder_next();
  change.Put(names::Reminder(number), record);
  if (number >= limits::kRemindersMax)
    change.Erase(names::Reminder(number - limits::kRemindersMax));
  progress.set_reminder_next(number + 1);
  change.Put(names::kProgress, progress);
  return true;
}

absl::StatusOr<std::vector<ReminderView>> ShowReminders(Ledgers& ledgers, VaultChange& change) {
  std::vector<vault::Reminder> records;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan<vault::Reminder>(names::kReminders, [&](BytesView key, vault::Reminder record) {
        records.push_back(std::move(record));
        change.Erase(names::Join(names::kReminders, key));
        return true;
      }));
  std::vector<ReminderView> views;
  for (const vault::Reminder& record : records) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto useful, Useful(ledgers, change, record));
    if (useful) views.push_back(*useful);
  }
  return views;
}

}  // namespace holdfast::client
