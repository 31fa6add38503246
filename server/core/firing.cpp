#include "server/core/firing.h"

#include <algorithm>

#include "server/core/ledger/ahead.h"
#include "server/core/ledger/ledger.h"
#include "server/core/ledger/promises.h"
#include "server/core/ledger/slots.h"
#include "server/core/mailbox/mailbox_ends.h"
#include "server/core/members/links.h"

namespace holdfast::server {
namespace {

// After the bond, the id of what the timer is about.
template <class Id>
absl::StatusOr<Id> SubjectIn(const Timer& timer) {
  return Stored<Id>(timer.owner.substr(std::min(timer.owner.size(), BondId::size)));
}

absl::Status FireForSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                         const Timer& timer) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto slot, SubjectIn<SlotId>(timer));
  if (timer.kind == TimerKind::kSlotCloses) return CloseSlot(context, transaction, ledger, slot);
  return RemindClient(context, transaction, ledger, slot, timer.generation);
}

absl::Status FireForPromise(Context& context, Transaction& transaction, BondLedger& ledger,
                            const Timer& timer) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto envelope, SubjectIn<EnvelopeId>(timer));
  if (timer.kind == TimerKind::kPromiseReminder) {
    return RemindTherapist(context, transaction, ledger, envelope);
  }
  return MissPromise(context, transaction, ledger, envelope, timer.generation);
}

absl::Status FireFor(Context& context, Transaction& transaction, BondLedger& ledger,
                     const Timer& timer) {
  switch (timer.kind) {
    case TimerKind::kSlotOpens:
      return OpenSlot(context, transaction, ledger, timer.generation);
    case TimerKind::kSlotCloses:
    case TimerKind::kSlotReminder:
      return FireForSlot(context, transaction, ledger, timer);
    case TimerKind::kPromiseDue:
    case TimerKind::kPromiseReminder:
      return FireForPromise(context, transaction, ledger, timer);
    case TimerKind::kAheadDue:
      return ReleaseAhead(context, transaction, ledger, keys::LastNumber(timer.owner));
    case TimerKind::kMailboxSweep:
    case TimerKind::kForgetLink:
      break;  // of no bond
  }
  return DamagedRecord("a timer's kind");
}

}  // namespace

absl::Status FireTimer(Context& context, Transaction& transaction, const Timer& timer) {
  if (timer.kind == TimerKind::kMailboxSweep) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto device, Stored<DeviceId>(timer.owner));
    return SweepMailbox(context, transaction, device);
  }
  if (timer.kind == TimerKind::kForgetLink) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto lookup, Stored<LookupId>(timer.owner));
    return ForgetLink(context, transaction, lookup);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto id, Stored<BondId>(timer.owner.substr(0, BondId::size)));
  HOLDFAST_ASSIGN_OR_RETURN(auto bond, Load(transaction, keys::Bond(id)));
  if (bond.ended()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(BondLedger ledger,
                            OpenLedger(context, transaction, id, std::move(bond)));
  HOLDFAST_RETURN_IF_ERROR(FireFor(context, transaction, ledger, timer));
  SaveLedger(transaction, ledger);
  return absl::OkStatus();
}

}  // namespace holdfast::server
