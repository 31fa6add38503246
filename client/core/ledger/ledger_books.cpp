#include "client/core/ledger/ledger_books.h"

#include "client/core/outside/limits.h"
#include "client/core/vault/names.h"
#include "crypto/public/ledger.h"

namespace holdfast::client {
namespace {

absl::Status DamagedEntry() {
  return Refuse(Reason::kVaultDamaged, "vault.ledger",
                "does not follow from itself; put back a copy of the vault's file, made while "
                "nothing ran");
}

ActNote NoteOf(const CheckedItem& checked) {
  return {checked.act->device, checked.entry.at_ms, checked.entry.incarnation};
}

}  // namespace

absl::Status LedgerBooks::AddTo(HeldLedger& held, const CheckedItem& checked) {
  const Act* act = checked.act ? &*checked.act : nullptr;
  HOLDFAST_RETURN_IF_ERROR(held.book.Add(checked.entry, checked.hash, act, checked.act_hash));
  if (checked.entry.kind == LedgerKind::kRestored) held.restored_at_ms = checked.entry.at_ms;
  if (checked.entry.kind == LedgerKind::kReleased) {
    held.released[SubjectAs<EnvelopeId>(checked.entry.subject)] = {
        checked.entry.number, checked.entry.at_ms, checked.entry.from_ms};
  }
  if (act == nullptr) return absl::OkStatus();
  if (const auto* availability = std::get_if<Availability>(&act->what)) {
    held.availabilities[availability->number] = NoteOf(checked);
  }
  if (std::holds_alternative<Rhythm>(act->what)) held.rhythm = NoteOf(checked);
  return absl::OkStatus();
}

bool IsBehindRestore(const HeldLedger& held, const vault::Progress& progress) {
  return progress.incarnations_size() > 1 &&
         held.book.incarnation().view() != *progress.incarnations().rbegin();
}

bool RestoreExplains(const HeldLedger& held, const vault::Progress& progress,
                     std::uint64_t sent_ms) {
  const bool written_before =
      held.restored_at_ms != 0 && sent_ms <= held.restored_at_ms + limits::kClockSkewMs;
  return written_before || IsBehindRestore(held, progress);
}

absl::StatusOr<const HeldLedger*> LedgerBooks::Of(const VaultReader& reader, const BondId& bond) {
  const auto held = held_.find(bond);
  if (held != held_.end()) return &held->second;
  HeldLedger built;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::Ledger(bond), [&](BytesView, const vault::LedgerRecord& record) -> absl::Status {
        const auto checked = StoredItem(record);
        if (checked.ok() && AddTo(built, *checked).ok()) return absl::OkStatus();
        return DamagedEntry();
      }));
  return &(held_[bond] = std::move(built));
}

void LedgerBooks::FollowChange(VaultChange& change, const BondId& bond) {
  change.OnDiscard([this, bond] { held_.erase(bond); });
}

absl::Status LedgerBooks::Add(VaultChange& change, const CheckedItem& checked,
                              const v1::LedgerItem& item) {
  const BondId& bond = checked.entry.bond;
  HOLDFAST_RETURN_IF_ERROR(Of(change, bond).status());
  FollowChange(change, bond);
  HOLDFAST_RETURN_IF_ERROR(AddTo(held_[bond], checked));
  vault::LedgerRecord record;
  *record.mutable_item() = item;
  if (checked.act) *record.mutable_certificate() = checked.certificate;
  change.Put(names::LedgerEntry(bond, checked.entry.number), record);
  return absl::OkStatus();
}

absl::Status LedgerBooks::CutAfter(
    VaultChange& change, const BondId& bond, std::uint64_t number, const DeviceId& device,
    const std::function<absl::Status(const v1::SignedStatement&)>& lost) {
  const auto take = [&](BytesView key, const vault::LedgerRecord& record) -> absl::Status {
    if (key <= names::Number(number)) return absl::OkStatus();
    HOLDFAST_ASSIGN_OR_RETURN(const CheckedItem checked, StoredItem(record));
    change.Put(names::OldLedgerEntry(bond, checked.entry.incarnation, checked.entry.number),
               record);
    change.Erase(names::Ledger(bond).At(key));
    if (!checked.act || checked.act->device != device) return absl::OkStatus();
    return lost(record.item().act());
  };
  held_.erase(bond);
  FollowChange(change, bond);
  return change.Scan(names::Ledger(bond), take);
}

absl::StatusOr<std::optional<Hash>> HeldHash(const VaultReader& reader, const BondId& bond,
                                             std::uint64_t number) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, reader.Find(names::LedgerEntry(bond, number)));
  if (!record) return std::optional<Hash>();
  return std::optional<Hash>(crypto::LedgerEntryHash(record->item().entry()));
}

absl::StatusOr<bool> WasHeldAside(const VaultReader& reader, const BondId& bond,
                                  std::uint64_t number, const Hash& hash) {
  bool found = false;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::OldLedger(bond), [&](BytesView key, const vault::LedgerRecord& record) {
        found = key.ends_with(names::Number(number)) &&
                crypto::LedgerEntryHash(record.item().entry()) == hash;
        return !found;
      }));
  return found;
}

}  // namespace holdfast::client
