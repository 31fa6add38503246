// A receipt and its proof.
#include "crypto/public/receipt.h"

#include <functional>

#include "crypto/public/merkle.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

// A batch of five envelopes, signed by a practice.
struct Batch {
  SigningKey key = SigningKey::Generate();
  PracticeKey practice = key.public_key<PracticeKey>();
  std::vector<ReceiptLeaf> leaves;
  BatchStatement statement;

  Batch() {
    for (std::uint64_t i = 0; i < 5; ++i) {
      ReceiptLeaf leaf;
      leaf.practice = practice;
      leaf.incarnation = Filled<Incarnation>('i');
      leaf.bond = Filled<BondId>('b');
      leaf.position = i + 1;
      leaf.envelope = Filled<EnvelopeId>(static_cast<char>('0' + i));
      leaf.stored_at_ms = kNowMs;
      leaves.push_back(leaf);
    }
    statement = {practice, Filled<Incarnation>('i'), 1, 5, Hash(), kNowMs};
  }

  ReceiptProof Proof(std::size_t index) const {
    std::vector<Hash> hashes;
    for (const ReceiptLeaf& leaf : leaves) hashes.push_back(MerkleLeaf(EncodeReceiptLeaf(leaf)));
    BatchStatement rooted = statement;
    rooted.root = MerkleRoot(hashes);
    const Bytes bytes = EncodeBatchStatement(rooted);
    return {EncodeReceiptLeaf(leaves[index]), static_cast<std::uint32_t>(index),
            MerklePath(hashes, index), Signed{bytes, key.Sign(Purpose::kBatch, bytes).str()}};
  }
};

TEST_CASE("every receipt of a batch is proved to its practice", "[receipt]") {
  const Batch batch;
  for (std::size_t i = 0; i < batch.leaves.size(); ++i) {
    CHECK(VerifyReceipt(batch.Proof(i), batch.practice).value() == batch.leaves[i]);
  }
}

TEST_CASE("a receipt with any part changed is an alarm", "[receipt]") {
  const Batch batch;
  const auto refused = [&](const std::function<void(ReceiptProof&)>& spoil,
                           std::string_view field) {
    ReceiptProof proof = batch.Proof(3);
    spoil(proof);
    return Refuses(VerifyReceipt(proof, batch.practice).status(), Reason::kIntegrity, field);
  };
  for (std::size_t i = 0; i < kReceiptLeafBytes; ++i) {
    CHECK(refused([i](ReceiptProof& p) { p.leaf[i] ^= 1; }, "receipt.path"));
  }
  for (std::size_t i = 0; i < kBatchStatementBytes; ++i) {
    CHECK(refused([i](ReceiptProof& p) { p.batch.statement[i] ^= 1; }, "receipt.batch.signature"));
  }
  CHECK(refused([](ReceiptProof& p) { p.batch.signature[7] ^= 1; }, "receipt.batch.signature"));
  CHECK(refused([](ReceiptProof& p) { p.index = 2; }, "receipt.path"));
  CHECK(refused([](ReceiptProof& p) { p.path.pop_back(); }, "receipt.path"));
  CHECK(refused([](ReceiptProof& p) { p.path[0].data()[0] ^= 1; }, "receipt.path"));
  CHECK(refused([](ReceiptProof& p) { p.path.resize(11); }, "receipt.path"));
}

TEST_CASE("a receipt of another practice or incarnation is an alarm", "[receipt]") {
  Batch batch;
  CHECK(Refuses(VerifyReceipt(batch.Proof(0), Filled<PracticeKey>('x')).status(),
                Reason::kIntegrity, "receipt.batch.signature"));
  batch.statement.practice = Filled<PracticeKey>('x');
  CHECK(Refuses(VerifyReceipt(batch.Proof(0), batch.practice).status(), Reason::kIntegrity,
                "receipt.batch.practice"));
  batch = Batch();
  batch.leaves[0].practice = Filled<PracticeKey>('x');
  CHECK(Refuses(VerifyReceipt(batch.Proof(0), batch.practice).status(), Reason::kIntegrity,
                "receipt.leaf.practice"));
  batch = Batch();
  batch.leaves[0].incarnation = Filled<Incarnation>('x');
  CHECK(Refuses(VerifyReceipt(batch.Proof(0), batch.practice).status(), Reason::kIntegrity,
                "receipt.leaf.incarnation"));
}

TEST_CASE("an envelope's hash covers header, body, and each capsule in its place", "[receipt]") {
  const Hash message = MessageHash("header", "body");
  CHECK(message != MessageHash("header", "bodi"));
  CHECK(message != MessageHash("headir", "body"));
  const Bytes one = CapsuleDigest(Bytes(16, '1'), "sealed one");
  const Bytes two = CapsuleDigest(Bytes(16, '2'), "sealed two");
  CHECK(one.size() == 48);
  CHECK(one.substr(0, 16) == Bytes(16, '1'));
  const Hash envelope = EnvelopeHash(message, {one, two});
  CHECK(envelope != EnvelopeHash(message, {two, one}));
  CHECK(envelope != EnvelopeHash(message, {one}));
  CHECK(envelope != EnvelopeHash(MessageHash("header", "bodi"), {one, two}));
  CHECK(CapsuleDigest(Bytes(16, '1'), "sealed 0ne") != one);
}

}  // namespace
}  // namespace holdfast::crypto
