#include "client/core/message/opening.h"

#include <algorithm>

#include "client/core/ledger/receipts.h"
#include "client/core/outside/limits.h"
#include "client/core/people/own_prekeys.h"
#include "client/core/people/sessions.h"
#include "client/core/shown/content.h"
#include "crypto/body.h"
#include "crypto/public/receipt.h"

namespace holdfast::client {

absl::StatusOr<Opening> OpenEnvelope(const VaultReader& reader, const OwnDevice& own,
                                     const BondParties& parties, const crypto::Device& sender,
                                     const Header& header, const v1::Delivery& delivery) {
  if (delivery.body().size() != header.body_bytes) {
    return Refuse(Reason::kIntegrity, "body", "has another size than its header says");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const PrekeySecrets prekeys, PrekeySecrets::Load(reader));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::PreSharedKey psk,
                            SharedKeyWith(reader, own, parties.bond, sender));
  crypto::OwnKeys keys;
  keys.identity = &own.identity;
  keys.psk = &psk;
  keys.prekey = [&](std::uint32_t id) { return prekeys.Find(id); };
  HOLDFAST_ASSIGN_OR_RETURN(
      crypto::SessionSet sessions,
      LoadSessions(reader, PairOf(parties, own, sender), header.sender_device));
  HOLDFAST_ASSIGN_OR_RETURN(
      const crypto::SecretBytes plaintext,
      sessions.Decrypt(delivery.capsule(), keys, sender.certificate.identity));
  HOLDFAST_ASSIGN_OR_RETURN(crypto::Capsule capsule, crypto::DecodeCapsule(plaintext.Expose()));
  const Hash message_hash = crypto::MessageHash(delivery.header(), delivery.body());
  if (capsule.message_hash != message_hash) {
    return Refuse(Reason::kIntegrity, "body", "or header is not the one that was sealed");
  }
  if (capsule.position == 0) {
    return Refuse(Reason::kMalformedField, "capsule.position", "starts at 1");
  }
  HOLDFAST_ASSIGN_OR_RETURN(
      Bytes bytes, crypto::OpenBody(capsule.content_key, delivery.header(), delivery.body()));
  HOLDFAST_ASSIGN_OR_RETURN(v1::Content content, ParseContent(bytes, header.kind));
  return Opening{std::move(content), std::move(bytes), std::move(capsule), message_hash,
                 std::move(sessions)};
}

absl::StatusOr<Opening> PlaceErased(const OwnDevice& own, const BondParties& parties,
                                    const Header& header, const v1::Delivery& delivery,
                                    const v1::MessageKey& key) {
  if (delivery.body().size() != header.body_bytes) {
    return Refuse(Reason::kIntegrity, "body", "has another size than its header says");
  }
  crypto::Capsule capsule;
  HOLDFAST_ASSIGN_OR_RETURN(capsule.message_hash,
                            Hash::From(key.message_hash(), "key.message_hash"));
  HOLDFAST_ASSIGN_OR_RETURN(capsule.previous, Hash::From(key.previous(), "key.previous"));
  capsule.position = key.position();
  const Hash message_hash = crypto::MessageHash(delivery.header(), delivery.body());
  if (capsule.message_hash != message_hash) {
    return Refuse(Reason::kIntegrity, "body", "or header is not the one that was sealed");
  }
  if (capsule.position == 0) {
    return Refuse(Reason::kMalformedField, "key.position", "starts at 1");
  }
  crypto::PairContext none;
  none.bond = parties.bond;
  none.own_certificate = own.certificate_hash;
  return Opening{v1::Content(), Bytes(), std::move(capsule), message_hash,
                 crypto::SessionSet(none)};
}

absl::StatusOr<Opening> OpenByKey(const OwnDevice& own, const BondParties& parties,
                                  const Header& header, const v1::Delivery& delivery,
                                  const v1::MessageKey& key) {
  HOLDFAST_ASSIGN_OR_RETURN(Opening opening, PlaceErased(own, parties, header, delivery, key));
  HOLDFAST_ASSIGN_OR_RETURN(opening.capsule.content_key,
                            crypto::ContentKey::From(key.content_key(), "key.content_key"));
  HOLDFAST_ASSIGN_OR_RETURN(
      opening.content_bytes,
      crypto::OpenBody(opening.capsule.content_key, delivery.header(), delivery.body()));
  HOLDFAST_ASSIGN_OR_RETURN(opening.content, ParseContent(opening.content_bytes, header.kind));
  return opening;
}

absl::StatusOr<ReceiptLeaf> CheckDeliveryReceipt(const OwnDevice& own, const HeldLedger& ledger,
                                                 const vault::Progress& progress,
                                                 const BondParties& parties, const Header& header,
                                                 const v1::Delivery& delivery, bool from_history) {
  const std::vector<Bytes> digests(delivery.capsule_digests().begin(),
                                   delivery.capsule_digests().end());
  if (digests.size() > limits::kCapsulesMax) {
    return Refuse(Reason::kIntegrity, "capsule_digests", "are more than a message can have");
  }
  const bool ahead = header.release.when != ReleaseWhen::kNow;
  if (ahead && !(digests.empty() && delivery.capsule().empty())) {
    return Refuse(Reason::kIntegrity, "capsule_digests", "come with what has no capsules");
  }
  const Bytes mine = crypto::CapsuleDigest(own.device.view(), delivery.capsule());
  const bool needs_own = !ahead && !from_history;
  if (needs_own && std::ranges::find(digests, mine) == digests.end()) {
    return Refuse(Reason::kIntegrity, "capsule_digests", "do not hold this device's capsule");
  }
  const Hash message_hash = crypto::MessageHash(delivery.header(), delivery.body());
  const bool owes = header.reply_owed && header.sender_account == parties.client;
  return CheckReceiptFor(
      own, ledger, progress, delivery.receipt(),
      {header.bond, header.envelope, crypto::EnvelopeHash(message_hash, digests), owes});
}

}  // namespace holdfast::client
