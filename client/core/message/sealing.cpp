#include "client/core/message/sealing.h"

#include "client/core/archive/facts.h"
#include "client/core/message/chains.h"
#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/people/sessions.h"
#include "client/core/shown/content.h"
#include "client/core/vault/names.h"
#include "crypto/body.h"
#include "crypto/capsule.h"
#include "crypto/public/receipt.h"
#include "rules/own_clock.h"
#include "rules/planted.h"

namespace holdfast::client {
namespace {

struct Recipients {
  KnownDevices peer;
  crypto::ListRef own_list;
  std::vector<crypto::Device> devices;  // the other account's, then our others
};

absl::StatusOr<Recipients> RecipientsOf(const VaultReader& reader, const OwnDevice& own,
                                        const BondParties& parties) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto peer, FindPeer(reader, parties.other(own.account)));
  if (!peer || peer->stopped) {
    return Refuse(Reason::kIntegrity, "devices",
                  "the other side's devices are in doubt, so nothing is sent; speak to them in "
                  "person");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, reader.Read(names::kProgress));
  Recipients recipients;
  recipients.peer = *peer;
  recipients.devices = peer->devices.devices;
  recipients.own_list.version = progress.list_version();
  HOLDFAST_ASSIGN_OR_RETURN(recipients.own_list.hash,
                            Hash::From(progress.list_hash(), "vault.progress"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto mine, FindPeer(reader, own.account));
  if (mine) {
    for (const crypto::Device& device : mine->devices.devices) {
      if (device.id != own.device) recipients.devices.push_back(device);
    }
  }
  return recipients;
}

absl::StatusOr<Header> HeaderOf(const OwnDevice& own, const BondParties& parties,
                                const Outgoing& outgoing, const Recipients& recipients) {
  Header header;
  header.bond = parties.bond;
  header.envelope = outgoing.id;
  header.sender_account = own.account;
  header.sender_device = own.device;
  header.kind = outgoing.kind;
  header.reply_owed = outgoing.reply_owed;
  header.reply_to = outgoing.reply_to;
  header.sent_at_ms = outgoing.sent_ms;
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t body_bytes,
                            crypto::SealedBodyBytes(outgoing.content.size()));
  header.body_bytes = static_cast<std::uint32_t>(body_bytes);
  header.sender_list_version = recipients.own_list.version;
  header.receiver_list_version = recipients.peer.devices.version;
  return header;
}

// Whether something from that device did not open: its session is lost on one of the two sides.
absl::StatusOr<bool> TakeRenewal(VaultChange& change, const BondId& bond, const DeviceId& device) {
  const auto name = names::Chain(bond, device);
  HOLDFAST_ASSIGN_OR_RETURN(auto chain, change.Find(name));
  if (!chain || !chain->renew()) return false;
  chain->set_renew(false);
  change.Put(name, *chain);
  return true;
}

// One capsule, its session's new state put into the change.
absl::StatusOr<Bytes> SealCapsule(VaultChange& change, const OwnDevice& own,
                                  const BondParties& parties, const crypto::Device& device,
                                  BytesView plaintext) {
  const crypto::PairContext pair = PairOf(parties, own, device);
  HOLDFAST_ASSIGN_OR_RETURN(crypto::SessionSet sessions, LoadSessions(change, pair, device.id));
  HOLDFAST_ASSIGN_OR_RETURN(const bool renews, TakeRenewal(change, parties.bond, device.id));
  if (renews || !sessions.can_encrypt()) {
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::PreSharedKey psk,
                              SharedKeyWith(change, own, parties.bond, device));
    crypto::OwnKeys keys;
    keys.identity = &own.identity;
    keys.psk = &psk;
    keys.prekey = [](std::uint32_t) -> const crypto::DhSecret* { return nullptr; };
    HOLDFAST_RETURN_IF_ERROR(sessions.Initiate(keys, device.certificate.identity, device.prekey));
  }
  HOLDFAST_ASSIGN_OR_RETURN(Bytes sealed, sessions.Encrypt(plaintext));
  if (!HOLDFAST_PLANTED(kForgetRatchetStep)) {
    PutSessions(change, parties.bond, device.id, sessions);
  }
  return sealed;
}

struct PlaceInChain {
  std::uint64_t position = 0;
  Hash previous;
};

// Of several messages that no person wrote, the newest few are known.
void NoteAutomatic(vault::Bond& bond, const Outgoing& outgoing, std::uint64_t position) {
  if (IsForPeople(outgoing.kind) || outgoing.by_person) return;
  auto& places = *bond.mutable_automatic();
  if (!places.empty() && *places.rbegin() == position) return;  // sealed again
  places.Add(position);
  if (places.size() > limits::kAutomaticUncoveredMax) places.erase(places.begin());
}

std::vector<DeviceId> IdsOf(const Recipients& recipients) {
  std::vector<DeviceId> ids;
  for (const crypto::Device& device : recipients.devices) ids.push_back(device.id);
  return ids;
}

v1::MessageKey KeyToKeep(const crypto::Capsule& capsule, const BondId& bond,
                         const EnvelopeId& envelope) {
  v1::MessageKey key;
  key.set_bond(bond.str());
  key.set_envelope(envelope.str());
  key.set_content_key(Bytes(capsule.content_key.Expose()));
  key.set_message_hash(capsule.message_hash.str());
  key.set_position(capsule.position);
  key.set_previous(capsule.previous.str());
  return key;
}

absl::Status SealAt(VaultChange& change, const OwnDevice& own, const HeldLedger& ledger,
                    vault::Bond& bond, const Outgoing& outgoing, const PlaceInChain& place,
                    std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
  HOLDFAST_ASSIGN_OR_RETURN(const Recipients recipients, RecipientsOf(change, own, parties));
  HOLDFAST_ASSIGN_OR_RETURN(Header header, HeaderOf(own, parties, outgoing, recipients));
  const auto open = ledger.book.open_slot();
  const bool fills = outgoing.kind == Kind::kCheckIn && own.role == crypto::Role::kClient && open &&
                     now_ms < open->slot.closes_at_ms;
  if (fills) header.slot = open->slot.id;
  HOLDFAST_RETURN_IF_ERROR(CheckDate(header.sent_at_ms, ""));
  HOLDFAST_RETURN_IF_ERROR(CheckHeader(header));
  v1::SendRequest request;
  request.set_header(EncodeHeader(header));
  crypto::Capsule capsule;
  capsule.content_key = crypto::ContentKey::Random();
  HOLDFAST_ASSIGN_OR_RETURN(
      *request.mutable_body(),
      crypto::SealBody(capsule.content_key, request.header(), outgoing.content));
  capsule.message_hash = crypto::MessageHash(request.header(), request.body());
  capsule.position = place.position;
  capsule.previous = place.previous;
  HOLDFAST_ASSIGN_OR_RETURN(capsule.heads, HeadsToTell(change, parties.bond, IdsOf(recipients)));
  capsule.ledger = {ledger.book.number(), ledger.book.head()};
  v1::MessageKey kept_key = KeyToKeep(capsule, parties.bond, outgoing.id);
  const WipedAtEnd wiped_key(kept_key);
  capsule.sender_list = recipients.own_list;
  capsule.receiver_list = {recipients.peer.devices.version, recipients.peer.devices.list_hash};
  const crypto::SecretBytes plaintext = crypto::EncodeCapsule(capsule);
  for (const crypto::Device& device : recipients.devices) {
    HOLDFAST_ASSIGN_OR_RETURN(Bytes sealed,
                              SealCapsule(change, own, parties, device, plaintext.Expose()));
    v1::Capsule* added = request.add_capsules();
    added->set_device(device.id.str());
    added->set_sealed(std::move(sealed));
  }

  const Hash head =
      crypto::Extend({own.device, place.position - 1, place.previous}, capsule.message_hash).head;
  vault::Sent sent;
  const WipedAtEnd wiped(sent);
  sent.set_envelope(outgoing.id.str());
  sent.set_request(request.SerializeAsString());
  sent.set_previous(place.previous.str());
  sent.set_head(head.str());
  sent.set_pending(true);
  sent.set_kind(static_cast<std::uint32_t>(outgoing.kind));
  sent.set_by_person(outgoing.by_person);
  sent.set_content_key(kept_key.content_key());
  if (!IsForPeople(outgoing.kind)) sent.set_content(outgoing.content);
  change.Put(names::Sent(parties.bond, place.position), sent);
  HOLDFAST_RETURN_IF_ERROR(NoteMessage(change, kept_key));
  bond.set_chain_position(place.position);
  bond.set_chain_head(head.str());
  bond.set_owes_receipt(false);
  if (outgoing.is_sign) bond.set_last_sign_ms(now_ms);
  NoteAutomatic(bond, outgoing, place.position);
  PutBond(change, bond);
  return absl::OkStatus();
}

absl::StatusOr<Hash> HeadOf(const std::string& stored) {
  if (stored.empty()) return Hash();
  return Hash::From(stored, "vault.bond");
}

}  // namespace

absl::Status SealNext(VaultChange& change, const OwnDevice& own, const HeldLedger& ledger,
                      vault::Bond& bond, const Outgoing& outgoing, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const Hash previous, HeadOf(bond.chain_head()));
  return SealAt(change, own, ledger, bond, outgoing, {bond.chain_position() + 1, previous}, now_ms);
}

absl::Status SealAgain(VaultChange& change, const OwnDevice& own, const HeldLedger& ledger,
                       vault::Bond& bond, std::uint64_t position, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(auto sent, change.Read(names::Sent(id, position)));
  const WipedAtEnd wiped(sent);
  if (position != bond.chain_position()) {
    return Refuse(Reason::kStaleDeviceList, "",
                  "later messages build on this one, so it cannot be sealed again");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId envelope,
                            EnvelopeId::From(sent.envelope(), "vault.sent"));
  Outgoing outgoing;
  if (WhereIsContentOf(sent) == ContentAt::kMessage) {
    HOLDFAST_ASSIGN_OR_RETURN(outgoing, MessageToSeal(change, envelope, now_ms));
  } else {
    outgoing.id = envelope;
    outgoing.kind = static_cast<Kind>(sent.kind());
    outgoing.content = sent.content();
    outgoing.by_person = sent.by_person();
    outgoing.sent_ms = now_ms;
  }
  const WipedAtEnd wiped_too(outgoing.content);
  HOLDFAST_ASSIGN_OR_RETURN(const Hash previous, HeadOf(sent.previous()));
  return SealAt(change, own, ledger, bond, outgoing, {position, previous}, now_ms);
}

absl::StatusOr<bool> KnowsNewerLists(const VaultReader& reader, const OwnDevice& own,
                                     const vault::Bond& bond, const v1::SendRequest& sealed) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
  HOLDFAST_ASSIGN_OR_RETURN(const Recipients known, RecipientsOf(reader, own, parties));
  HOLDFAST_ASSIGN_OR_RETURN(const Header header, DecodeHeader(sealed.header()));
  return header.sender_list_version != known.own_list.version ||
         header.receiver_list_version != known.peer.devices.version;
}

absl::StatusOr<bool> GiveBackPlace(VaultChange& change, vault::Bond& bond, std::uint64_t position) {
  if (position != bond.chain_position()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto sent, change.Read(names::Sent(id, position)));
  bond.set_chain_position(position - 1);
  bond.set_chain_head(sent.previous());
  const auto& automatic = bond.automatic();
  if (!automatic.empty() && *automatic.rbegin() == position) bond.mutable_automatic()->RemoveLast();
  vault::GivenBack* given_back = bond.add_given_back();
  given_back->set_position(position);
  given_back->set_head(sent.head());
  given_back->set_envelope(sent.envelope());
  if (bond.given_back_size() > limits::kGivenBackMax)
    bond.mutable_given_back()->DeleteSubrange(0, 1);
  change.Erase(names::Sent(id, position));
  ForgetMessageNoted(change, sent.envelope());
  PutBond(change, bond);
  return true;
}

}  // namespace holdfast::client
