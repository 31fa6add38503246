#include "client/core/taking/signs_heard.h"

#include <algorithm>

#include "client/core/ahead/ahead.h"
#include "client/core/ahead/holding.h"
#include "client/core/archive/facts.h"
#include "client/core/ledger/receipts.h"
#include "client/core/shown/content.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "holdfast/v1/mailbox.pb.h"

namespace holdfast::client {
namespace {

// What the other side says of this device's chain, while it is taken in.
struct OwnChain {
  VaultChange& change;
  vault::Bond& bond;
  BondId id;
  PersonName who;
  std::uint64_t now_ms;
  DeviceId by;  // whose message says it
};

absl::Status SayArrivedThoughRefused(OwnChain& own) {
  return RaiseAlarm(own.change, own.now_ms, Reason::kIntegrity, own.id,
                    AlarmKind::kArrivedThoughRefused, {.who = own.who});
}

absl::Status MarkDelivered(OwnChain& own, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, own.change.Find(names::Message(id)));
  if (!message || message->delivered_ms() != 0) return absl::OkStatus();
  message->set_delivered_ms(own.now_ms);
  HOLDFAST_RETURN_IF_ERROR(NoteDelivered(own.change, id.view(), own.now_ms));
  const bool refused = !message->refusal().empty();
  if (refused) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto progress, own.change.Read(names::kProgress));
    message->clear_refusal();
    message->clear_refusal_reason();
    PlaceBehind(*message, own.bond, progress);
  }
  own.change.Put(names::Message(id), *message);
  return refused ? SayArrivedThoughRefused(own) : absl::OkStatus();
}

// Where the practice says that it stored an own message which has arrived now.
absl::Status KeepPlace(OwnChain& own, const vault::Sent& sent) {
  if (sent.position() == 0 || sent.offered_again()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, own.change.Read(names::kProgress));
  if (progress.incarnations().empty()) return absl::OkStatus();
  const std::string& newest = *progress.incarnations().rbegin();
  const bool same_life = own.bond.covered_incarnation() == newest;
  if (same_life && own.bond.covered_place() >= sent.position()) return absl::OkStatus();
  own.bond.set_covered_place(sent.position());
  own.bond.set_covered_incarnation(newest);
  return absl::OkStatus();
}

// Whether a device that holds everything up to `position` can have this: it had a capsule, or was
// told the key again by something that it holds as well. A device that was listed later gives up
// one day what nobody told it, and goes on behind that.
bool CanHave(const vault::Sent& sent, const DeviceId& device, std::uint64_t position) {
  if (sent.keys_at() != 0 && sent.keys_at() <= position) return true;
  v1::SendRequest request;
  if (!request.ParseFromString(sent.request())) return true;  // what `sent` is said to be elsewhere
  return std::ranges::any_of(request.capsules(), [&](const v1::Capsule& capsule) {
    return capsule.device() == device.view();
  });
}

// Everything up to `position` has arrived; but for what that device cannot have.
absl::Status CoverUpTo(OwnChain& own, std::uint64_t position) {
  for (std::uint64_t at = own.bond.covered() + 1; at <= position; ++at) {
    HOLDFAST_ASSIGN_OR_RETURN(auto sent, own.change.Find(names::Sent(own.id, at)));
    if (!sent) continue;
    const WipedAtEnd wiped(*sent);
    if (!CanHave(*sent, own.by, position)) {
      own.bond.set_covered(at - 1);
      return absl::OkStatus();
    }
    HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id,
                              EnvelopeId::From(sent->envelope(), "vault.sent"));
    HOLDFAST_RETURN_IF_ERROR(MarkDelivered(own, id));
    HOLDFAST_RETURN_IF_ERROR(KeepPlace(own, *sent));
    // One whose receipt has not come yet is asked for once more: the receipt says
    // where the message stands.
    if (!sent->pending()) own.change.Erase(names::Sent(own.id, at));
  }
  own.bond.set_covered(std::max(own.bond.covered(), position));
  return absl::OkStatus();
}

vault::GivenBack* FindGivenBack(vault::Bond& bond, const crypto::ChainHead& head) {
  for (vault::GivenBack& given_back : *bond.mutable_given_back()) {
    const bool same = given_back.position() == head.position;
    if (same && given_back.head() == head.head.view()) return &given_back;
  }
  return nullptr;
}

// The practice refused it and delivered it: no other device knows these bytes.
absl::Status TakeArrivedThoughRefused(OwnChain& own, vault::GivenBack& given_back) {
  if (given_back.arrived()) return absl::OkStatus();
  given_back.set_arrived(true);
  HOLDFAST_RETURN_IF_ERROR(CoverUpTo(own, given_back.position() - 1));
  if (given_back.position() == own.bond.chain_position() + 1) {
    // Its place is not used again: what is written next builds on it.
    own.bond.set_chain_position(given_back.position());
    own.bond.set_chain_head(given_back.head());
    own.bond.set_covered(given_back.position());
  }
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id,
                            EnvelopeId::From(given_back.envelope(), "vault.bond"));
  HOLDFAST_RETURN_IF_ERROR(MarkDelivered(own, id));
  PutBond(own.change, own.bond);
  return SayArrivedThoughRefused(own);
}

// The claim cannot be proved to anybody, so it stops no other bond.
absl::Status StopChain(OwnChain& own) {
  if (own.bond.chain_stopped()) return absl::OkStatus();
  own.bond.set_chain_stopped(true);
  PutBond(own.change, own.bond);
  return RaiseAlarm(own.change, own.now_ms, Reason::kVaultRolledBack, own.id,
                    AlarmKind::kClaimsMoreThanSent, {.who = own.who});
}

}  // namespace

void PutWitnessed(vault::Message& message, std::uint64_t at_ms) {
  if (at_ms == 0) return;
  const std::uint64_t known_ms = message.witnessed_ms();
  message.set_witnessed_ms(known_ms == 0 ? at_ms : std::min(known_ms, at_ms));
}

absl::Status TakeOpened(VaultChange& change, const BondParties& parties, const Header& header,
                        const v1::DeliveryReceipt& receipt, std::uint64_t now_ms) {
  const BondId& bond = parties.bond;
  const bool may_witness = header.sender_account == parties.therapist;
  const std::uint64_t latest_ms = std::min(header.sent_at_ms, now_ms);
  for (const std::string& arrived : receipt.arrived()) {
    HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(arrived, "receipt.arrived"));
    HOLDFAST_RETURN_IF_ERROR(MarkArrived(change, bond, id, now_ms));
  }
  for (const v1::Opened& opened : receipt.opened()) {
    HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id,
                              EnvelopeId::From(opened.envelope_id(), "receipt.opened"));
    HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
    const bool heed = message && message->mine() && message->bond() == bond.view();
    if (!heed) continue;
    const bool is_new = message->opened_ms() == 0;
    if (is_new) message->set_opened_ms(opened.opened_at_ms());
    if (may_witness && IsForPeople(static_cast<Kind>(message->kind()))) {
      PutWitnessed(*message, std::min(opened.witnessed_at_ms(), latest_ms));
    }
    change.Put(names::Message(id), *message);
    if (!is_new) continue;
    ForgetReleased(change, *message, id);
    HOLDFAST_RETURN_IF_ERROR(MarkArrived(change, bond, id, now_ms));
  }
  return absl::OkStatus();
}

absl::Status TakeOwnReply(VaultChange& change, const vault::Bond& bond, const EnvelopeId& asked,
                          std::uint64_t at_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(asked)));
  const bool heed = message && !message->mine() && message->bond() == bond.id();
  if (!heed || message->answered_ms() != 0) return absl::OkStatus();
  message->set_answered_ms(at_ms);
  change.Put(names::Message(asked), *message);
  return absl::OkStatus();
}

absl::Status TakeReply(VaultChange& change, const vault::Bond& bond, const EnvelopeId& asked,
                       std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(asked)));
  const bool heed = message && message->mine() && message->bond() == bond.id();
  if (!heed || message->answered_ms() != 0) return absl::OkStatus();
  message->set_answered_ms(now_ms);
  change.Put(names::Message(asked), *message);
  return absl::OkStatus();
}

absl::Status TakeOwnHead(VaultChange& change, vault::Bond& bond, const OwnDevice& device,
                         const crypto::ChainHead& head, const DeviceId& by, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  OwnChain own{change, bond, id, WhoIs(bond, device.account), now_ms, by};
  if (vault::GivenBack* given_back = FindGivenBack(bond, head)) {
    return TakeArrivedThoughRefused(own, *given_back);
  }
  if (head.position > bond.chain_position()) return StopChain(own);
  if (head.position <= bond.covered()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto sent, change.Find(names::Sent(id, head.position)));
  if (!sent || sent->head() != head.head.view()) {
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, id, AlarmKind::kReceivedAnother,
                      {.who = own.who});
  }
  HOLDFAST_RETURN_IF_ERROR(CoverUpTo(own, head.position));
  PutBond(change, bond);
  return absl::OkStatus();
}

}  // namespace holdfast::client
