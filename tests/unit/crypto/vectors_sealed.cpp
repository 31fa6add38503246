// The vectors of what is sealed, made and checked.
#include "crypto/body.h"
#include "crypto/capsule.h"
#include "crypto/public/merkle.h"
#include "crypto/public/receipt.h"
#include "crypto/session_set.h"
#include "crypto/vault_key.h"
#include "crypto/x3dh.h"
#include "rules/limits.h"
#include "unit/crypto/vectors_support.h"

namespace holdfast::crypto {
namespace {

constexpr std::string_view kCountedNote =
    "The n-th draw of randomness in this file, from 1, is n in every byte";

// Two devices whose every key is fixed.
struct FixedPair {
  DhPair initiator_identity = FilledPair('\xa1');
  DhPair responder_identity = FilledPair('\xb1');
  DhPair responder_prekey = FilledPair('\xb2');
  PreSharedKey psk = FilledSecret<PreSharedKey>('\xc1');
  PairContext at_initiator{Filled<BondId>('\x01'), Filled<AccountKey>('\x02'),
                           Filled<AccountKey>('\x03'), Filled<Hash>('\x04'), Filled<Hash>('\x05')};
  PairContext at_responder{Filled<BondId>('\x01'), Filled<AccountKey>('\x02'),
                           Filled<AccountKey>('\x03'), Filled<Hash>('\x05'), Filled<Hash>('\x04')};

  OwnKeys Initiator() const {
    return {&initiator_identity.secret, &psk, [](std::uint32_t) { return nullptr; }};
  }
  OwnKeys Responder() const {
    return {&responder_identity.secret, &psk,
            [this](std::uint32_t id) { return id == 7 ? &responder_prekey.secret : nullptr; }};
  }
  Prekey Published() const {
    Prekey prekey;
    prekey.id = 7;
    prekey.key = responder_prekey.key;
    return prekey;
  }
  Json ToJson() const {
    return {{"bond", at_initiator.bond.hex()},
            {"therapist", at_initiator.therapist.hex()},
            {"client", at_initiator.client.hex()},
            {"initiator_certificate_hash", at_initiator.own_certificate.hex()},
            {"responder_certificate_hash", at_initiator.peer_certificate.hex()},
            {"initiator_identity_secret", ToHex(initiator_identity.secret.Expose())},
            {"responder_identity_secret", ToHex(responder_identity.secret.Expose())},
            {"responder_prekey_id", 7},
            {"responder_prekey_secret", ToHex(responder_prekey.secret.Expose())},
            {"pre_shared_key", ToHex(psk.Expose())}};
  }
};

// Sends, and delivers at once where `arrives`.
Json Message(const FixedPair& pair, SessionSet& initiator, SessionSet& responder, bool forward,
             const std::string& text, bool arrives) {
  SessionSet& from = forward ? initiator : responder;
  const Bytes bytes = from.Encrypt(text).value();
  if (arrives) {
    const auto opened =
        forward ? responder.Decrypt(bytes, pair.Responder(), pair.initiator_identity.key)
                : initiator.Decrypt(bytes, pair.Initiator(), pair.responder_identity.key);
    REQUIRE(opened.value().Expose() == text);
  }
  return {{"from", forward ? "initiator" : "responder"},
          {"arrives", arrives ? "at once" : "at the end"},
          {"plaintext", ToHex(text)},
          {"message", ToHex(bytes)}};
}

Capsule SampleCapsule() {
  Capsule capsule;
  capsule.content_key = FilledSecret<ContentKey>('\xd1');
  capsule.message_hash = Filled<Hash>('\x06');
  capsule.position = 2;
  capsule.previous = Filled<Hash>('\x07');
  capsule.heads = {{Filled<DeviceId>('\x08'), 3, Filled<Hash>('\x09')},
                   {Filled<DeviceId>('\x0a'), 0, Hash()}};
  capsule.sender_list = {1, Filled<Hash>('\x0b')};
  capsule.receiver_list = {2, Filled<Hash>('\x0c')};
  return capsule;
}

Json CapsuleJson() {
  const Capsule capsule = SampleCapsule();
  Json heads = Json::array();
  for (const ChainHead& head : capsule.heads) {
    heads.push_back(
        {{"device", head.device.hex()}, {"position", head.position}, {"head", head.head.hex()}});
  }
  return {{"content_key", ToHex(capsule.content_key.Expose())},
          {"message_hash", capsule.message_hash.hex()},
          {"position", capsule.position},
          {"previous", capsule.previous.hex()},
          {"heads", heads},
          {"sender_list_version", capsule.sender_list.version},
          {"sender_list_hash", capsule.sender_list.hash.hex()},
          {"receiver_list_version", capsule.receiver_list.version},
          {"receiver_list_hash", capsule.receiver_list.hash.hex()},
          {"ledger_entry", 0},
          {"ledger_hash", Hash().hex()},
          {"plaintext", ToHex(EncodeCapsule(capsule).Expose())}};
}

Json ChainJson() {
  ChainHead head{Filled<DeviceId>('\x08'), 0, Hash()};
  Json heads = Json::array();
  for (const char byte : {'\x0d', '\x0e', '\x0f'}) {
    head = Extend(head, Filled<Hash>(byte));
    heads.push_back({{"message_hash", Filled<Hash>(byte).hex()},
                     {"position", head.position},
                     {"head", head.head.hex()}});
  }
  return {{"device", head.device.hex()}, {"messages", heads}};
}

ReceiptLeaf SampleLeaf(const PracticeKey& practice, char number) {
  ReceiptLeaf leaf;
  leaf.practice = practice;
  leaf.incarnation = Filled<Incarnation>('\x10');
  leaf.bond = Filled<BondId>('\x01');
  leaf.position = static_cast<std::uint64_t>(number);
  leaf.envelope = Filled<EnvelopeId>(number);
  leaf.envelope_hash = Filled<Hash>(number);
  leaf.stored_at_ms = kNowMs;
  leaf.due_at_ms = kNowMs + limits::kDayMs;
  leaf.availability_version = 3;
  return leaf;
}

}  // namespace

Json HandshakeVectors() {
  const FixedPair pair;
  const DhPair ephemeral = FilledPair('\xa2');
  const SessionSecret secret =
      X3dhInitiate(pair.initiator_identity.secret, ephemeral.secret, pair.responder_identity.key,
                   pair.responder_prekey.key, pair.psk)
          .value();
  REQUIRE(secret == X3dhRespond(pair.responder_identity.secret, pair.responder_prekey.secret,
                                pair.initiator_identity.key, ephemeral.key, pair.psk)
                        .value());
  return {{"description", "The handshake (crypto/PROTOCOL.md, Session setup)"},
          {"initiator_identity_secret", ToHex(pair.initiator_identity.secret.Expose())},
          {"initiator_identity_key", pair.initiator_identity.key.hex()},
          {"initiator_ephemeral_secret", ToHex(ephemeral.secret.Expose())},
          {"initiator_ephemeral_key", ephemeral.key.hex()},
          {"responder_identity_secret", ToHex(pair.responder_identity.secret.Expose())},
          {"responder_identity_key", pair.responder_identity.key.hex()},
          {"responder_prekey_secret", ToHex(pair.responder_prekey.secret.Expose())},
          {"responder_prekey", pair.responder_prekey.key.hex()},
          {"pre_shared_key", ToHex(pair.psk.Expose())},
          {"session_secret", ToHex(secret.Expose())}};
}

Json SessionVectors() {
  const CountedRandomness counted;
  const FixedPair pair;
  SessionSet initiator(pair.at_initiator);
  SessionSet responder(pair.at_responder);
  REQUIRE(initiator.Initiate(pair.Initiator(), pair.responder_identity.key, pair.Published()).ok());
  Json messages = Json::array();
  const auto add = [&](bool forward, const std::string& text, bool arrives = true) {
    messages.push_back(Message(pair, initiator, responder, forward, text, arrives));
  };
  add(true, "first");
  add(true, "second, which is late", false);
  add(true, "third");
  add(false, "answer");
  add(false, "another answer");
  add(true, "next turn");
  add(false, "");
  const Bytes late = Hex(messages[1]["message"].get<std::string>());
  REQUIRE(responder.Decrypt(late, pair.Responder(), pair.initiator_identity.key).ok());
  Json json = {{"description",
                "Messages of one session in the order in which they were sealed "
                "(crypto/PROTOCOL.md, Sessions, Ratchet)"},
               {"randomness", std::string(kCountedNote)}};
  json.update(pair.ToJson());
  json["messages"] = messages;
  return json;
}

Json EnvelopeVectors() {
  const CountedRandomness counted;
  const auto key = FilledSecret<ContentKey>('\xd1');
  const std::string header = "a header stands here";
  const Bytes content = "a content stands here";
  const Bytes body = SealBody(key, header, content).value();
  const Hash message = MessageHash(header, body);
  const std::vector<Bytes> digests = {CapsuleDigest(Bytes(16, '\x08'), "first capsule"),
                                      CapsuleDigest(Bytes(16, '\x0a'), "second capsule")};
  return {{"description",
           "Body, capsule, chain and hashes of an envelope (crypto/PROTOCOL.md, Body, Capsule, "
           "Chains, Receipts)"},
          {"randomness", std::string(kCountedNote)},
          {"body",
           {{"content_key", ToHex(key.Expose())},
            {"header", ToHex(header)},
            {"content", ToHex(content)},
            {"body", ToHex(body)},
            {"message_hash", message.hex()}}},
          {"capsule", CapsuleJson()},
          {"chain", ChainJson()},
          {"envelope_hash",
           {{"message_hash", message.hex()},
            {"devices", {ToHex(Bytes(16, '\x08')), ToHex(Bytes(16, '\x0a'))}},
            {"sealed", {ToHex("first capsule"), ToHex("second capsule")}},
            {"digests", {ToHex(digests[0]), ToHex(digests[1])}},
            {"envelope_hash", EnvelopeHash(message, digests).hex()}}}};
}

Json ReceiptVectors() {
  const SigningKey key = FilledSigner('\x55');
  const auto practice = key.public_key<PracticeKey>();
  std::vector<Bytes> leaves;
  std::vector<Hash> hashes;
  for (const char number : {'\x01', '\x02', '\x03', '\x04', '\x05'}) {
    leaves.push_back(EncodeReceiptLeaf(SampleLeaf(practice, number)));
    hashes.push_back(MerkleLeaf(leaves.back()));
  }
  const BatchStatement batch{practice, Filled<Incarnation>('\x10'), 1,
                             5,        MerkleRoot(hashes),          kNowMs};
  const Bytes statement = EncodeBatchStatement(batch);
  const Signed signed_batch{statement, key.Sign(Purpose::kBatch, statement).str()};
  Json receipts = Json::array();
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const ReceiptProof proof{leaves[i], static_cast<std::uint32_t>(i), MerklePath(hashes, i),
                             signed_batch};
    REQUIRE(VerifyReceipt(proof, practice).ok());
    Json path = Json::array();
    for (const Hash& step : proof.path) path.push_back(step.hex());
    receipts.push_back({{"index", i}, {"leaf", ToHex(leaves[i])}, {"path", path}});
  }
  return {{"description", "One batch of five receipts (crypto/PROTOCOL.md, Receipts)"},
          {"batch", SignedJson(signed_batch, key, Purpose::kBatch)},
          {"root", batch.root.hex()},
          {"receipts", receipts}};
}

Json VaultVectors() {
  const CountedRandomness counted;
  const auto key = FilledSecret<VaultKey>('\xe1');
  const PassphraseCost cost{2, 64 * 1024};
  const std::string passphrase = "correct horse battery staple";
  const Bytes wrapped = WrapVaultKey(key, passphrase, cost).value();
  return {{"description", "The vault's key and one value (crypto/PROTOCOL.md, Vault)"},
          {"randomness", std::string(kCountedNote)},
          {"passphrase", passphrase},
          {"passes", cost.passes},
          {"memory_bytes", cost.memory_bytes},
          {"vault_key", ToHex(key.Expose())},
          {"wrapped", ToHex(wrapped)},
          {"name", "example"},
          {"value", ToHex("a value stands here")},
          {"sealed", ToHex(SealVaultValue(key, "example", "a value stands here"))}};
}

}  // namespace holdfast::crypto
