#include "bench/conversation.h"

#include "bench/must.h"
#include "crypto/body.h"
#include "crypto/capsule.h"
#include "crypto/public/receipt.h"
#include "rules/header.h"

namespace holdfast::bench {
namespace {

Hash CertificateHashOf(const test::WireDevice& device) {
  return crypto::CertificateHash(device.registration().certificate().statement());
}

crypto::ListRef ListOf(const test::WireDevice& device) {
  return {1, crypto::DeviceListHash(device.registration().list().statement())};
}

crypto::PairContext ContextOf(const BondId& bond, const test::WireDevice& therapist,
                              const test::WireDevice& client) {
  return {bond, therapist.account(), client.account(), Hash(), Hash()};
}

crypto::PairContext From(crypto::PairContext context, const test::WireDevice& own,
                         const test::WireDevice& peer) {
  context.own_certificate = CertificateHashOf(own);
  context.peer_certificate = CertificateHashOf(peer);
  return context;
}

Bytes HeaderOf(const BondId& bond, const test::WireDevice& sender, std::size_t content_bytes) {
  Header header;
  header.bond = bond;
  header.envelope =
      Must(EnvelopeId::From(test::RandomBytes(EnvelopeId::size), "envelope"), "envelope id");
  header.sender_account = sender.account();
  header.sender_device = sender.id();
  header.kind = Kind::kNote;
  header.sent_at_ms = test::NowMs();
  header.body_bytes =
      static_cast<std::uint32_t>(Must(crypto::SealedBodyBytes(content_bytes), "body size"));
  header.sender_list_version = 1;
  header.receiver_list_version = 1;
  return EncodeHeader(header);
}

}  // namespace

Conversation::Side::Side(const test::WireDevice& own, const test::WireDevice& other,
                         crypto::PairContext context, const crypto::PreSharedKey& psk)
    : device(own),
      peer(other),
      keys{&own.identity().secret, &psk, [&own](std::uint32_t) { return &own.prekey().secret; }},
      sessions(context) {
  own_chain.device = own.id();
  peer_chain.device = other.id();
}

Conversation::Conversation(const test::WireDevice& therapist, const test::WireDevice& client,
                           const BondId& bond, const crypto::PreSharedKey& psk)
    : bond_(bond),
      psk_(psk.Clone()),
      therapist_(therapist, client, From(ContextOf(bond, therapist, client), therapist, client),
                 psk_),
      client_(client, therapist, From(ContextOf(bond, therapist, client), client, therapist),
              psk_) {
  const crypto::Prekey prekey =
      Must(crypto::DecodePrekey(therapist.registration().prekey().statement()), "prekey");
  Must(client_.sessions.Initiate(client_.keys, therapist.identity().key, prekey), "initiate");
}

void Conversation::Settle() {
  OpenByTherapist(SealByClient("hello"));
  OpenByClient(SealByTherapist("hello"));
}

v1::SendRequest Conversation::Seal(Side& from, const Side& to, BytesView content) {
  v1::SendRequest envelope;
  envelope.set_header(HeaderOf(bond_, from.device, content.size()));
  crypto::Capsule inside;
  inside.content_key = crypto::ContentKey::Random();
  envelope.set_body(
      Must(crypto::SealBody(inside.content_key, envelope.header(), content), "seal the body"));
  inside.message_hash = crypto::MessageHash(envelope.header(), envelope.body());
  inside.position = from.own_chain.position + 1;
  inside.previous = from.own_chain.head;
  inside.heads = {from.peer_chain};
  inside.sender_list = ListOf(from.device);
  inside.receiver_list = ListOf(to.device);
  const crypto::SecretBytes plaintext = crypto::EncodeCapsule(inside);
  v1::Capsule& capsule = *envelope.add_capsules();
  capsule.set_device(to.device.id().str());
  capsule.set_sealed(Must(from.sessions.Encrypt(plaintext.Expose()), "seal a capsule"));
  from.own_chain = crypto::Extend(from.own_chain, inside.message_hash);
  return envelope;
}

Bytes Conversation::Open(Side& at, const v1::SendRequest& envelope) {
  const crypto::SecretBytes plaintext =
      Must(at.sessions.Decrypt(envelope.capsules(0).sealed(), at.keys, at.peer.identity().key),
           "open a capsule");
  const crypto::Capsule inside = Must(crypto::DecodeCapsule(plaintext.Expose()), "read a capsule");
  const Hash message = crypto::MessageHash(envelope.header(), envelope.body());
  if (inside.message_hash != message || inside.previous != at.peer_chain.head) {
    throw std::runtime_error("an envelope does not follow the one before");
  }
  at.peer_chain = crypto::Extend(at.peer_chain, message);
  return Must(crypto::OpenBody(inside.content_key, envelope.header(), envelope.body()),
              "open a body");
}

}  // namespace holdfast::bench
