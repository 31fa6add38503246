#include "crypto/public/receipt.h"

#include "crypto/public/hash.h"
#include "crypto/public/merkle.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

absl::Status Broken(std::string_view field, std::string_view message) {
  return Refuse(Reason::kIntegrity, field, message);
}

}  // namespace

Bytes CapsuleDigest(BytesView device, BytesView sealed) {
  Bytes digest(device);
  digest += DomainHash(Purpose::kCapsuleHash, {sealed}).view();
  return digest;
}

Hash MessageHash(BytesView header, BytesView body) {
  return DomainHash(Purpose::kMessageHash, {header, body});
}

Hash EnvelopeHash(const Hash& message_hash, const std::vector<Bytes>& capsule_digests) {
  Bytes digests;
  for (const Bytes& digest : capsule_digests) digests += digest;
  return DomainHash(Purpose::kEnvelopeHash, {message_hash.view(), digests});
}

absl::StatusOr<BatchStatement> VerifyBatch(const Signed& carried, const PracticeKey& practice) {
  // Nothing is decoded before it is proved to be the practice's.
  HOLDFAST_RETURN_IF_ERROR(VerifySignature(practice.view(), Purpose::kBatch, carried.statement,
                                           carried.signature, "receipt.batch.signature"));
  HOLDFAST_ASSIGN_OR_RETURN(const BatchStatement batch, DecodeBatchStatement(carried.statement));
  if (batch.practice != practice) {
    return Broken("receipt.batch.practice", "names another practice than the one that signed it");
  }
  return batch;
}

absl::StatusOr<ReceiptLeaf> VerifyReceipt(const ReceiptProof& proof, const PracticeKey& practice) {
  if (proof.path.size() > limits::kReceiptPathMax) {
    return Broken("receipt.path", "is longer than any batch needs");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const BatchStatement batch, VerifyBatch(proof.batch, practice));
  if (!MerkleVerify(MerkleLeaf(proof.leaf), proof.index, batch.leaves, proof.path, batch.root)) {
    return Broken("receipt.path", "does not lead from the leaf to the batch that was signed");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const ReceiptLeaf leaf, DecodeReceiptLeaf(proof.leaf));
  if (leaf.practice != batch.practice) {
    return Broken("receipt.leaf.practice", "differs from its batch");
  }
  if (leaf.incarnation != batch.incarnation) {
    return Broken("receipt.leaf.incarnation", "differs from its batch");
  }
  return leaf;
}

}  // namespace holdfast::crypto
