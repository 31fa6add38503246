#include "client/core/sending/delivery_receipts.h"

#include <set>

#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/shown/content.h"
#include "client/core/vault/names.h"
#include "rules/own_clock.h"

namespace holdfast::client {
namespace {

// The other side has confirmed none of the newest receipts: more of them tell it
// nothing, and one a day tells that this device is there.
bool IsHushed(const vault::Bond& bond, std::uint64_t now_ms) {
  const bool unconfirmed =
      bond.automatic_size() >= limits::kAutomaticUncoveredMax && bond.automatic(0) > bond.covered();
  return unconfirmed && !HasPassed(bond.last_sealed_ms(), limits::kBeaconMs, now_ms);
}

absl::Status ListArrived(VaultChange& change, const BondId& bond, v1::DeliveryReceipt& receipt) {
  return change.Scan(names::kArrived, [&](BytesView key, const vault::Arrived& record) {
    if (record.bond() != bond.view()) return true;
    receipt.add_arrived(Bytes(key));
    change.Erase(names::kArrived.At(key));
    return static_cast<std::size_t>(receipt.arrived_size()) < limits::kOpenedPerReceiptMax;
  });
}

}  // namespace

absl::Status QueueReceipts(Context context, Ledgers& ledgers) {
  VaultChange change(context.vault);
  std::set<Bytes> sending;  // bonds with something queued: heads go along with it
  std::set<Bytes> opened;   // bonds with something to list
  HOLDFAST_RETURN_IF_ERROR(change.Scan(names::kOutbox, [&](BytesView, const vault::Queued& entry) {
    sending.insert(entry.bond());
    return true;
  }));
  HOLDFAST_RETURN_IF_ERROR(change.Scan(names::kOpened, [&](BytesView, const vault::Opened& entry) {
    opened.insert(entry.bond());
    return true;
  }));
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kArrived, [&](BytesView, const vault::Arrived& entry) {
        opened.insert(entry.bond());
        return true;
      }));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  for (const vault::Bond& bond : bonds) {
    if (bond.chain_stopped() || IsHushed(bond, context.Now())) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    // The practice takes nothing more there.
    HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, id));
    if (held->book.ended()) continue;
    const bool busy = sending.contains(bond.id());
    if ((bond.owes_receipt() && !busy) || (opened.contains(bond.id()) && !busy)) {
      HOLDFAST_RETURN_IF_ERROR(QueueForDevices(context, change, id, Kind::kReceipt));
    } else if (!busy && !bond.beacon_open() &&
               HasPassed(bond.last_sealed_ms(), limits::kBeaconMs, context.Now())) {
      HOLDFAST_RETURN_IF_ERROR(QueueForDevices(context, change, id, Kind::kControl));
    }
  }
  return change.Commit();
}

absl::StatusOr<Outgoing> OutgoingForDevices(VaultChange& change, const BondId& bond,
                                            const EnvelopeId& id, Kind kind, std::uint64_t now_ms) {
  Outgoing outgoing;
  outgoing.id = id;
  outgoing.kind = kind;
  outgoing.sent_ms = now_ms;
  if (kind == Kind::kReceipt) {
    v1::Content content;
    v1::DeliveryReceipt* receipt = content.mutable_receipt();
    HOLDFAST_RETURN_IF_ERROR(
        change.Scan(names::kOpened, [&](BytesView key, const vault::Opened& record) {
          if (record.bond() != bond.view()) return true;
          v1::Opened* opened = receipt->add_opened();
          opened->set_envelope_id(Bytes(key));
          opened->set_opened_at_ms(Corrected(record.opened_ms(), now_ms));
          change.Erase(names::kOpened.At(key));
          return static_cast<std::size_t>(receipt->opened_size()) < limits::kOpenedPerReceiptMax;
        }));
    HOLDFAST_RETURN_IF_ERROR(ListArrived(change, bond, *receipt));
    HOLDFAST_ASSIGN_OR_RETURN(outgoing.content, SerializeContent(content, kind));
  } else {
    v1::Control control;
    control.mutable_beacon();
    HOLDFAST_ASSIGN_OR_RETURN(outgoing.content, SerializeControl(std::move(control)));
  }
  return outgoing;
}

absl::Status TellAgain(VaultChange& change, vault::Bond& bond, const Bytes& content) {
  v1::Content told;
  if (!told.ParseFromString(content)) {
    return Refuse(Reason::kVaultDamaged, "vault.sent", "holds a damaged content");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  for (const v1::Opened& opened : told.receipt().opened()) {
    vault::Opened record;
    record.set_bond(bond.id());
    record.set_opened_ms(opened.opened_at_ms());
    change.Put(names::kOpened.At(opened.envelope_id()), record);
  }
  for (const std::string& arrived : told.receipt().arrived()) {
    vault::Arrived record;
    record.set_bond(bond.id());
    change.Put(names::kArrived.At(arrived), record);
  }
  for (const std::string& due : told.ahead_due()) {
    const auto name = names::AheadOf(id).At(due);
    HOLDFAST_ASSIGN_OR_RETURN(auto ahead, change.Find(name));
    if (!ahead) continue;
    ahead->set_told(false);
    change.Put(name, *ahead);
  }
  if (told.has_receipt()) bond.set_owes_receipt(true);
  PutBond(change, bond);
  return absl::OkStatus();
}

}  // namespace holdfast::client
