#include "client/core/delivery_receipts.h"

#include <set>

#include "client/core/alarms.h"
#include "client/core/content.h"
#include "client/core/limits.h"
#include "client/core/names.h"
#include "client/core/outbox.h"

namespace holdfast::client {
namespace {

absl::Status MarkDelivered(VaultChange& change, const EnvelopeId& id, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find<vault::Message>(names::Message(id)));
  if (!message || message->delivered_ms() != 0) return absl::OkStatus();
  message->set_delivered_ms(now_ms);
  change.Put(names::Message(id), *message);
  return absl::OkStatus();
}

absl::Status Forget(VaultChange& change, const BondId& bond, std::uint64_t from, std::uint64_t to,
                    std::uint64_t now_ms) {
  for (std::uint64_t position = from; position <= to; ++position) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto sent,
                              change.Find<vault::Sent>(names::Sent(bond, position)));
    if (!sent) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id,
                              EnvelopeId::From(sent->envelope(), "vault.sent"));
    HOLDFAST_RETURN_IF_ERROR(MarkDelivered(change, id, now_ms));
    // One whose receipt has not come yet is asked for once more: the receipt says
    // where the message stands.
    if (!sent->pending()) change.Erase(names::Sent(bond, position));
  }
  return absl::OkStatus();
}

// The claim cannot be proved to anybody, so it stops no other bond.
absl::Status StopChain(VaultChange& change, vault::Bond& bond, const BondId& id,
                       const OwnDevice& own, std::uint64_t now_ms) {
  if (bond.chain_stopped()) return absl::OkStatus();
  bond.set_chain_stopped(true);
  PutBond(change, bond);
  const std::string who = WhoIs(bond, own.account);
  return RaiseAlarm(change, now_ms, Reason::kVaultRolledBack, id,
                    "A message from " + who +
                        " says that messages of this device arrived which this vault does not "
                        "hold. Nothing more is sent in this bond, because keys could be used "
                        "twice; every other bond goes on, and you can go on reading. If an older "
                        "copy of this vault was put back, put the newest one back. If not, their "
                        "device says what is not so: speak with them in person, and begin again "
                        "with a new invitation.");
}

}  // namespace

absl::Status QueueReceipts(Context context) {
  VaultChange change(context.vault);
  std::set<Bytes> sending;  // bonds with something queued: heads go along with it
  std::set<Bytes> opened;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan<vault::Queued>(names::kOutbox, [&](BytesView, const vault::Queued& entry) {
        sending.insert(entry.bond());
        return true;
      }));
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan<vault::Opened>(names::kOpened, [&](BytesView, const vault::Opened& entry) {
        opened.insert(entry.bond());
        return true;
      }));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  for (const vault::Bond& bond : bonds) {
    if (bond.chain_stopped()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    const bool busy = sending.contains(bond.id());
    if ((bond.owes_receipt() && !busy) || (opened.contains(bond.id()) && !busy)) {
      HOLDFAST_RETURN_IF_ERROR(QueueForDevices(context, change, id, Kind::kReceipt));
    } else if (!busy && !bond.beacon_open() &&
               bond.last_sealed_ms() + limits::kBeaconMs <= context.Now()) {
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
        change.Scan<vault::Opened>(names::kOpened, [&](BytesView key, const vault::Opened& record) {
          if (record.bond() != bond.view()) return true;
          v1::Opened* opened = receipt->add_opened();
          opened->set_envelope_id(Bytes(key));
          opened->set_opened_at_ms(record.opened_ms());
          change.Erase(names::Join(names::kOpened, key));
          return static_cast<std::size_t>(receipt->opened_size()) < limits::kOpenedPerReceiptMax;
        }));
    HOLDFAST_ASSIGN_OR_RETURN(outgoing.content, SerializeContent(content, kind));
  } else {
    v1::Control control;
    control.mutable_beacon();
    HOLDFAST_ASSIGN_OR_RETURN(outgoing.content, SerializeControl(std::move(control)));
  }
  return outgoing;
}

absl::Status TakeOpened(VaultChange& change, const BondId& bond,
                        const v1::DeliveryReceipt& receipt) {
  for (const v1::Opened& opened : receipt.opened()) {
    HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id,
                              EnvelopeId::From(opened.envelope_id(), "receipt.opened"));
    HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find<vault::Message>(names::Message(id)));
    const bool heed =
        message && message->mine() && message->bond() == bond.view() && message->opened_ms() == 0;
    if (!heed) continue;
    message->set_opened_ms(opened.opened_at_ms());
    change.Put(names::Message(id), *message);
  }
  return absl::OkStatus();
}

absl::Status TakeOwnHead(VaultChange& change, vault::Bond& bond, const OwnDevice& own,
                         const crypto::ChainHead& head, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  if (head.position > bond.chain_position()) return StopChain(change, bond, id, own, now_ms);
  if (head.position <= bond.covered()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto sent,
                            change.Find<vault::Sent>(names::Sent(id, head.position)));
  if (!sent || sent->head() != head.head.view()) {
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, id,
                      "What " + WhoIs(bond, own.account) +
                          " received from this device is not what was sent. Somebody may have "
                          "replaced a message, or the vault was copied. Compare with them in "
                          "person what arrived.");
  }
  HOLDFAST_RETURN_IF_ERROR(Forget(change, id, bond.covered() + 1, head.position, now_ms));
  bond.set_covered(head.position);
  if (head.position == bond.chain_position()) bond.set_beacon_open(false);
  PutBond(change, bond);
  return absl::OkStatus();
}

}  // namespace holdfast::client
