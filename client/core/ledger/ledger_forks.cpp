// A ledger that the practice shows otherwise than this device holds it: an older
// backup was restored, or it tells two stories.
#include "client/core/ledger/decided.h"
#include "client/core/ledger/ledgers.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

// Whether `later` is a newer life of the practice's store than `earlier`.
bool IsLater(const vault::Progress& progress, const Incarnation& later,
             const Incarnation& earlier) {
  int later_at = -1, earlier_at = -1;
  for (int i = 0; i < progress.incarnations_size(); ++i) {
    if (progress.incarnations(i) == later.view()) later_at = i;
    if (progress.incarnations(i) == earlier.view()) earlier_at = i;
  }
  return later_at > earlier_at;
}

}  // namespace

absl::StatusOr<bool> Ledgers::SaysRestored(const BondId& bond, const v1::LedgerItem& item) {
  const auto entry = DecodeLedgerEntry(item.entry());
  if (!entry.ok() || entry->kind != LedgerKind::kRestored) return false;
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, Of(look, bond));
  return IsLater(progress, entry->incarnation, held->book.incarnation());
}

// What the practice wrote after it had put the backup back, and before anybody told it,
// comes first: timers fire by themselves. All of it must follow, from the place at
// which the two part to the entry that says that a backup was restored.
absl::StatusOr<Ledgers::Step> Ledgers::TakeOtherPast(const BondId& bond,
                                                     const std::vector<v1::LedgerItem>& past) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool restored, SaysRestored(bond, past.back()));
  if (!restored) return Step::kForked;
  const auto first = DecodeLedgerEntry(past.front().entry());
  if (!first.ok() || first->number == 0) return Step::kForked;
  HOLDFAST_ASSIGN_OR_RETURN(const Step step, ReplayOtherPast(bond, past, first->number));
  if (step == Step::kAdded) return step;
  HOLDFAST_RETURN_IF_ERROR(StopAtOtherPast(bond));
  return Step::kStopped;
}

// In the place of what is held from the number `from` on; what does not follow changes
// nothing.
absl::StatusOr<Ledgers::Step> Ledgers::ReplayOtherPast(const BondId& bond,
                                                       const std::vector<v1::LedgerItem>& past,
                                                       std::uint64_t from) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(auto record, ReadBond(change, bond));
  HOLDFAST_RETURN_IF_ERROR(books_.CutAfter(
      change, bond, from - 1, own->device,
      [&](const v1::SignedStatement& act) { return PerformAgain(change, bond, act); }));
  for (const v1::LedgerItem& item : past) {
    HOLDFAST_ASSIGN_OR_RETURN(const Step step, TakeOne(change, *own, record, item));
    if (step != Step::kAdded) return step;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, Of(change, bond));
  HOLDFAST_RETURN_IF_ERROR(listener_.TakeOtherPast(change, bond, held->book));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return Step::kAdded;
}

Task<absl::StatusOr<Ledgers::Reading>> Ledgers::ReadFromBeginning(BondId bond) {
  Reading reading;
  std::vector<v1::LedgerItem> past;  // that differs from what is held
  std::uint64_t after = 0;
  for (std::size_t pages = 0; pages < limits::kLedgerPagesPerReadMax; ++pages) {
    v1::ReadLedgerRequest request;
    request.set_bond(bond.str());
    request.set_after_number(after);
    auto page = co_await connection_.Ask(&Transport::ReadLedger, request);
    if (!page.ok()) co_return page.status();
    reading.newest = page->newest();
    for (const v1::LedgerItem& item : page->items()) {
      ++after;
      Step step = Step::kForked;
      if (past.empty()) {
        HOLDFAST_CO_ASSIGN_OR_RETURN(step, TakeRead(bond, item));
      }
      if (step == Step::kForked && past.size() < limits::kOtherPastEntriesMax) {
        past.push_back(item);
        HOLDFAST_CO_ASSIGN_OR_RETURN(step, TakeOtherPast(bond, past));
        if (step == Step::kAdded) past.clear();
      }
      if (step == Step::kStopped || step == Step::kAhead) co_return reading;
    }
    if (page->items().empty() || after >= reading.newest) break;
  }
  if (!past.empty()) HOLDFAST_CO_RETURN_IF_ERROR(StopAtOtherPast(bond));
  co_return reading;
}

absl::Status Ledgers::StopAtOtherPast(const BondId& bond) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto record, ReadBond(change, bond));
  HOLDFAST_RETURN_IF_ERROR(Stop(change, record, AlarmKind::kOtherPast));
  return change.Commit();
}

}  // namespace holdfast::client
