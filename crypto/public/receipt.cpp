#include "crypto/public/receipt.h"

#include "crypto/public/batch_proof.h"
#include "crypto/public/hash.h"

namespace holdfast::crypto {

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
  return VerifyBatch(carried, practice, "receipt");
}

absl::StatusOr<ReceiptLeaf> VerifyReceipt(const ReceiptProof& proof, const PracticeKey& practice) {
  return VerifyLeaf({proof.leaf, proof.index, proof.path, proof.batch}, practice, DecodeReceiptLeaf,
                    "receipt", "receipt.leaf");
}

}  // namespace holdfast::crypto
