#include "client/core/ledger/reminders.h"

#include "client/core/outside/limits.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

absl::StatusOr<std::optional<ReminderView>> Useful(Ledgers& ledgers, const VaultReader& reader,
                                                   const vault::Reminder& record) {
  ReminderView view;
  HOLDFAST_ASSIGN_OR_RETURN(view.bond, BondId::From(record.bond(), "reminder.bond"));
  view.at_ms = record.at_ms();
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(reader, view.bond));
  if (!bond || !bond->has_statement()) return std::optional<ReminderView>();
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(reader, view.bond));
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
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  const std::uint64_t number = progress.reminder_next();
  change.Put(names::Reminder(number), record);
  if (number >= limits::kRemindersMax)
    change.Erase(names::Reminder(number - limits::kRemindersMax));
  progress.set_reminder_next(number + 1);
  change.Put(names::kProgress, progress);
  return true;
}

absl::StatusOr<std::vector<ReminderView>> UsefulReminders(Ledgers& ledgers,
                                                          const VaultReader& reader) {
  std::vector<vault::Reminder> records;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::kReminders, [&](BytesView, vault::Reminder record) {
    records.push_back(std::move(record));
    return true;
  }));
  std::vector<ReminderView> views;
  for (const vault::Reminder& record : records) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto useful, Useful(ledgers, reader, record));
    if (useful) views.push_back(*useful);
  }
  return views;
}

absl::StatusOr<std::vector<ReminderView>> ShowReminders(Ledgers& ledgers, VaultChange& change) {
  HOLDFAST_ASSIGN_OR_RETURN(auto views, UsefulReminders(ledgers, change));
  HOLDFAST_RETURN_IF_ERROR(change.Scan(names::kReminders, [&](BytesView key, vault::Reminder) {
    change.Erase(names::kReminders.At(key));
    return true;
  }));
  return views;
}

}  // namespace holdfast::client
