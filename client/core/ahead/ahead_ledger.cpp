#include "client/core/ahead/ahead_ledger.h"

#include "client/core/ahead/ahead.h"
#include "client/core/ahead/ahead_keys.h"
#include "client/core/ahead/ahead_outlook.h"
#include "client/core/ahead/holding.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

// What its writer knows of its condition.
absl::Status CheckOwnReleaseTime(VaultChange& change, const LedgerBook& book,
                                 const LedgerEntry& entry, std::uint64_t now_ms) {
  const auto id = SubjectAs<EnvelopeId>(entry.subject);
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
  if (!message || !message->mine() || !message->has_release()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const Condition condition, ConditionOf(*message));
  if (CameTrueAt(book, condition, entry.from_ms)) return absl::OkStatus();
  return RaiseAlarm(change, now_ms, Reason::kIntegrity, entry.bond, AlarmKind::kOwnAheadOtherTime);
}

// Until it is opened its author may hear that it is held.
absl::Status TrackReleased(VaultChange& change, const OwnDevice& own, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
  const bool is_open = message && IsTherapistsNote(own, *message) && message->mine() &&
                       message->opened_ms() == 0 && message->withdrawn_ms() == 0 &&
                       message->dropped_ms() == 0;
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_known, change.Has(names::ReleasedNote(id)));
  if (!is_open || is_known) return absl::OkStatus();
  vault::ReleasedNote out;
  out.set_bond(message->bond());
  change.Put(names::ReleasedNote(id), out);
  return absl::OkStatus();
}

absl::Status NoteReleased(VaultChange& change, const OwnDevice& own, const BondId& bond,
                          const EnvelopeId& id, std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(TrackReleased(change, own, id));
  const auto name = names::Ahead(bond, id);
  HOLDFAST_ASSIGN_OR_RETURN(auto ahead, change.Find(name));
  if (ahead) {
    ahead->set_released(true);
    return PutAhead(change, bond, id, *ahead);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
  if (!message || !message->mine() || message->withdrawn_ms() == 0) return absl::OkStatus();
  return RaiseAlarm(change, now_ms, Reason::kIntegrity, bond, AlarmKind::kOwnAheadThoughWithdrawn);
}

absl::Status NoteWithdrawal(VaultChange& change, const OwnDevice& own, const CheckedItem& checked,
                            const EnvelopeId& id, std::uint64_t now_ms) {
  const BondId& bond = checked.entry.bond;
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
  if (!message || !message->mine() || message->bond() != bond.view()) {
    if (checked.act->account == own.account) return absl::OkStatus();
    return NoteKeyWithdrawn(change, bond, checked.act->account, id, now_ms);
  }
  if (checked.act->account == own.account) {
    return MarkWithdrawn(change, bond, id, checked.entry.at_ms);
  }
  return RaiseAlarm(change, now_ms, Reason::kIntegrity, bond, AlarmKind::kOwnAheadWithdrawn);
}

// What waits will never come, and what was released before may be on its way.
absl::Status ForgetWaiting(VaultChange& change, const BondId& bond, const LedgerBook& book) {
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kNoteKeys.Part(bond.view()),
                  [&](BytesView name, const vault::AheadKey&) -> absl::Status {
                    HOLDFAST_ASSIGN_OR_RETURN(
                        const EnvelopeId note,
                        EnvelopeId::From(name.substr(AccountKey::size), "vault.note_key"));
                    if (book.released(note)) return absl::OkStatus();
                    change.Erase(names::kNoteKeys.Part(bond.view()).At(name));
                    change.Erase(names::Unopened(note));
                    return absl::OkStatus();
                  }));
  return change.Scan(names::AheadOf(bond), [&](BytesView key, const vault::Ahead& ahead) {
    if (!ahead.released()) change.Erase(names::AheadOf(bond).At(key));
    return true;
  });
}

}  // namespace

absl::Status AheadLedger::TakeEntry(VaultChange& change, const OwnDevice& own,
                                    const LedgerBook& book, const CheckedItem& checked,
                                    std::uint64_t now_ms) {
  const BondId& bond = checked.entry.bond;
  if (checked.entry.kind == LedgerKind::kReleased) {
    HOLDFAST_RETURN_IF_ERROR(CheckOwnReleaseTime(change, book, checked.entry, now_ms));
    return NoteReleased(change, own, bond, SubjectAs<EnvelopeId>(checked.entry.subject), now_ms);
  }
  if (!checked.act) return absl::OkStatus();
  if (const auto* what = std::get_if<Withdraw>(&checked.act->what)) {
    return NoteWithdrawal(change, own, checked, what->envelope, now_ms);
  }
  return std::holds_alternative<EndBond>(checked.act->what) ? ForgetWaiting(change, bond, book)
                                                            : absl::OkStatus();
}

absl::Status AheadLedger::TakeOtherPast(VaultChange& change, const BondId& bond,
                                        const LedgerBook& book) {
  return change.Scan(names::AheadOf(bond), [&](BytesView key, vault::Ahead ahead) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(key, "vault.ahead"));
    if (!ahead.released() || book.released(id)) return absl::OkStatus();
    ahead.set_released(false);
    ahead.set_told(false);
    change.Put(names::AheadOf(bond).At(key), ahead);
    return absl::OkStatus();
  });
}

}  // namespace holdfast::client
