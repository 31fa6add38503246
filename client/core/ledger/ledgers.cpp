#include "client/core/ledger/ledgers.h"

#include <algorithm>

#include "client/core/ledger/decided.h"
#include "client/core/ledger/receipts.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "rules/retry.h"

namespace holdfast::client {
namespace {

// A restored backup that the practice has told this device nothing of: a restore
// excuses much, so people hear of it before it does.
absl::StatusOr<bool> IsUnannounced(const VaultReader& reader, const Incarnation& held,
                                   const LedgerEntry& entry) {
  if (entry.kind != LedgerKind::kRestored) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, reader.Read(names::kProgress));
  const auto& known = progress.incarnations();
  if (known.empty() || held.view() != *known.rbegin()) return false;
  return std::ranges::find(known, entry.incarnation.str()) == known.end();
}

}  // namespace

absl::Status Ledgers::CheckNotEnded(const VaultReader& reader, const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, Of(reader, bond));
  if (!held->book.ended()) return absl::OkStatus();
  return Refuse(Reason::kBondEnded, "bond",
                "has ended, so nothing more can be sent; everything that was written stays");
}

absl::Status Ledgers::Stop(VaultChange& change, vault::Bond& bond, AlarmKind kind,
                           const AlarmArgs& args) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  const bool said = bond.ledger_stopped();
  bond.set_ledger_stopped(true);
  bond.set_compare_ledger(false);
  PutBond(change, bond);
  if (said) return absl::OkStatus();
  return RaiseAlarm(change, context_.Now(), Reason::kIntegrity, id, kind, args);
}

absl::StatusOr<Ledgers::Step> Ledgers::TakeOne(VaultChange& change, const OwnDevice& own,
                                               vault::Bond& bond, const v1::LedgerItem& item) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
  const auto checked = CheckItem(change, own, parties, item);
  if (!checked.ok()) {
    if (IsVaultFailure(checked.status())) return checked.status();
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, context_.Now(), Reason::kIntegrity, parties.bond,
                                        AlarmKind::kEntryWrong,
                                        {.cause = CauseOf(checked.status())}));
    return Step::kStopped;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, Of(change, parties.bond));
  const std::uint64_t number = checked->entry.number;
  if (number <= held->book.number()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, HeldHash(change, parties.bond, number));
    if (known == checked->hash) return Step::kKnown;
    HOLDFAST_ASSIGN_OR_RETURN(const bool aside,
                              WasHeldAside(change, parties.bond, number, checked->hash));
    return aside ? Step::kKnown : Step::kForked;
  }
  if (number > held->book.number() + 1) return Step::kAhead;
  if (checked->entry.previous != held->book.head()) return Step::kForked;
  HOLDFAST_ASSIGN_OR_RETURN(const bool unannounced,
                            IsUnannounced(change, held->book.incarnation(), checked->entry));
  if (unannounced) return Step::kAhead;
  if (checked->entry.at_ms > context_.Now() + limits::kClockSkewMs) {
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, context_.Now(), Reason::kIntegrity, parties.bond,
                                        AlarmKind::kClocksDiffer));
  }
  const absl::Status added = books_.Add(change, *checked, item);
  if (added.ok()) {
    bond.set_ledger_stopped(false);
    PutBond(change, bond);
    HOLDFAST_RETURN_IF_ERROR(KeepNewestBatch(change, item.batch()));
    HOLDFAST_RETURN_IF_ERROR(
        listener_.TakeEntry(change, own, held->book, *checked, context_.Now()));
    return Step::kAdded;
  }
  if (IsVaultFailure(added)) return added;
  HOLDFAST_RETURN_IF_ERROR(
      Stop(change, bond, AlarmKind::kLedgerDoesNotFollow, {.cause = CauseOf(added)}));
  return Step::kStopped;
}

absl::StatusOr<bool> Ledgers::Take(VaultChange& change, const OwnDevice& own,
                                   const v1::LedgerItem& item, Source source) {
  const auto entry = DecodeLedgerEntry(item.entry());
  const auto bond = entry.ok() ? FindBond(change, entry->bond) : std::optional<vault::Bond>();
  HOLDFAST_RETURN_IF_ERROR(bond.status());
  if (!*bond || !(*bond)->has_statement()) {
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, context_.Now(), Reason::kIntegrity, std::nullopt,
                                        AlarmKind::kEntryOfUnknownLedger));
    return false;
  }
  vault::Bond record = **bond;
  HOLDFAST_ASSIGN_OR_RETURN(const Step step, TakeOne(change, own, record, item));
  if ((step == Step::kAhead || step == Step::kForked) && !record.ledger_stopped()) {
    record.set_compare_ledger(true);
    PutBond(change, record);
  }
  if (source == Source::kMailbox && step != Step::kStopped) {
    record.set_mailbox_ledger_entry(entry->number);
    PutBond(change, record);
  }
  return step == Step::kAdded;
}

absl::StatusOr<Ledgers::Step> Ledgers::TakeRead(const BondId& bond, const v1::LedgerItem& item) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(auto record, ReadBond(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const Step step, TakeOne(change, *own, record, item));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return step;
}

Task<absl::StatusOr<Ledgers::Reading>> Ledgers::ReadAfter(BondId bond, std::uint64_t after) {
  Reading reading;
  for (std::size_t pages = 0; pages < limits::kLedgerPagesPerReadMax; ++pages) {
    v1::ReadLedgerRequest request;
    request.set_bond(bond.str());
    request.set_after_number(after);
    auto page = co_await connection_.Ask(&Transport::ReadLedger, request);
    if (!page.ok()) co_return page.status();
    reading.newest = page->newest();
    for (const v1::LedgerItem& item : page->items()) {
      HOLDFAST_CO_ASSIGN_OR_RETURN(const Step step, TakeRead(bond, item));
      if (step == Step::kStopped) co_return reading;
      reading.forked = step == Step::kForked || step == Step::kAhead;
      if (reading.forked) co_return reading;
      ++after;
    }
    if (page->items().empty() || after >= reading.newest) break;
  }
  co_return reading;
}

Task<absl::Status> Ledgers::Settle(BondId bond) {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto record, ReadBond(look, bond));
  HOLDFAST_CO_ASSIGN_OR_RETURN(const HeldLedger* held, Of(look, bond));
  auto reading = co_await ReadAfter(bond, held->book.number());
  if (reading.ok() && (reading->forked || record.compare_ledger())) {
    auto whole = co_await ReadFromBeginning(bond);
    reading = std::move(whole);
  }
  // A bond that the practice lost has no ledger there either.
  if (ReasonOf(reading.status()) == Reason::kUnknownBond) co_return absl::OkStatus();
  HOLDFAST_CO_RETURN_IF_ERROR(reading.status());
  co_return Finish(bond, reading->newest);
}

absl::Status Ledgers::Finish(const BondId& bond, std::uint64_t newest) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(auto record, ReadBond(change, bond));
  record.set_compare_ledger(false);
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, Of(change, bond));
  if (newest < held->book.number() && !record.ledger_stopped()) {
    HOLDFAST_RETURN_IF_ERROR(Shorter(change, *own, record, newest));
  }
  HOLDFAST_RETURN_IF_ERROR(CompareHeard(change, record));
  PutBond(change, record);
  return change.Commit();
}

// The practice has fewer entries than it signed for: after a restore what this
// device decided is said again, and the fork comes with the first of it.
absl::Status Ledgers::Shorter(VaultChange& change, const OwnDevice& own, vault::Bond& bond,
                              std::uint64_t newest) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, Of(change, id));
  const std::string& life = *progress.incarnations().rbegin();
  if (held->book.incarnation().view() == life) {
    // It may have lost them without knowing: it is shown what it signed.
    progress.set_suspects_restore(true);
    change.Put(names::kProgress, progress);
    return absl::OkStatus();
  }
  return change.Scan(names::Ledger(id),
                     [&](BytesView key, const vault::LedgerRecord& record) -> absl::Status {
                       if (key <= names::Number(newest) || !record.item().has_act())
                         return absl::OkStatus();
                       const auto act = DecodeAct(record.item().act().statement());
                       if (!act.ok() || act->device != own.device) return absl::OkStatus();
                       return PerformAgain(change, id, record.item().act());
                     });
}

Task<absl::Status> Ledgers::SettleUnseen() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto bonds, AllBonds(look));
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_CO_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    // Its name says that there is such an entry: for most bonds nothing is opened.
    const auto next = names::LedgerEntry(id, bond.mailbox_ledger_entry() + 1);
    HOLDFAST_CO_ASSIGN_OR_RETURN(const bool unseen, look.Has(next));
    if (!unseen || bond.ledger_stopped()) continue;
    auto settled = co_await Settle(id);
    HOLDFAST_CO_RETURN_IF_ERROR(settled);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Ledgers::SettleNoted() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto bonds, AllBonds(look));
  for (const vault::Bond& bond : bonds) {
    if (!bond.compare_ledger()) continue;
    HOLDFAST_CO_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    auto settled = co_await Settle(id);
    HOLDFAST_CO_RETURN_IF_ERROR(settled);
  }
  co_return absl::OkStatus();
}

absl::StatusOr<bool> Ledgers::CanJudge(const v1::Receipt& receipt) {
  const auto leaf = DecodeReceiptLeaf(receipt.leaf());
  if (!leaf.ok() || leaf->availability_version == 0) return true;
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(look, leaf->bond));
  if (!bond) return true;
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, Of(look, leaf->bond));
  return held->book.availabilities().contains(leaf->availability_version);
}

}  // namespace holdfast::client
