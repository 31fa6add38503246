// The other side's newest entry, as its messages name it, against what is held here.
#include "client/core/ledger/ledgers.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"

namespace holdfast::client {

absl::Status Ledgers::TakeHead(VaultChange& change, vault::Bond& bond, const PersonName& who,
                               const crypto::LedgerHead& head, std::uint64_t sent_ms) {
  if (head.entry == 0) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, HeldHash(change, id, head.entry));
  if (!known) {
    if (head.entry <= bond.heard_ledger_entry()) return absl::OkStatus();
    bond.set_heard_ledger_entry(head.entry);
    bond.set_heard_ledger_hash(head.hash.str());
    bond.set_heard_ledger_ms(sent_ms);
    bond.set_compare_ledger(!bond.ledger_stopped());
    return absl::OkStatus();
  }
  if (*known == head.hash) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const bool aside, WasHeldAside(change, id, head.entry, head.hash));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, Of(change, id));
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, change.Read(names::kProgress));
  if (aside || RestoreExplains(*held, progress, sent_ms)) return absl::OkStatus();
  return RaiseAlarm(change, context_.Now(), Reason::kIntegrity, id, AlarmKind::kOtherStory,
                    {.who = who});
}

absl::Status Ledgers::CompareHeard(VaultChange& change, vault::Bond& bond) {
  const std::uint64_t number = bond.heard_ledger_entry();
  if (number == 0) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const Hash hash, Hash::From(bond.heard_ledger_hash(), "vault.bond"));
  const std::uint64_t sent_ms = bond.heard_ledger_ms();
  bond.clear_heard_ledger_entry();
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, Of(change, id));
  if (number <= held->book.number()) {
    return TakeHead(change, bond, PersonName(), {number, hash}, sent_ms);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, change.Read(names::kProgress));
  if (bond.ledger_stopped() || RestoreExplains(*held, progress, sent_ms)) return absl::OkStatus();
  return RaiseAlarm(change, context_.Now(), Reason::kIntegrity, id, AlarmKind::kEntriesHidden);
}

}  // namespace holdfast::client
