// The server's stored receipt: made once a batch, checked by every reader
// (crypto/PROTOCOL.md "Receipts").
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/public/device.h"
#include "rules/receipt.h"

namespace holdfast::crypto {

struct CapsuleView {
  BytesView device;  // 16 bytes
  BytesView sealed;
};

// BLAKE2b-256 of a sealed capsule, after its device: what a receipt covers of it.
// 48 bytes: device || hash.
Bytes CapsuleDigest(BytesView device, BytesView sealed);
// Of header and body: what every capsule names inside.
Hash MessageHash(BytesView header, BytesView body);
// Of the message hash and the digests of all capsules in the order sent: what the
// receipt names, and what "the same bytes" means in a retry.
Hash EnvelopeHash(const Hash& message_hash, const std::vector<Bytes>& capsule_digests);

struct ReceiptProof {
  Bytes leaf;
  std::uint32_t index = 0;
  std::vector<Hash> path;
  Signed batch;
};

// Checks the practice's signature and that the statement names it. integrity naming
// "receipt.batch.…" otherwise.
absl::StatusOr<BatchStatement> VerifyBatch(const Signed& carried, const PracticeKey& practice);
// Checks the path and the batch signature; practice and incarnation of leaf and
// batch must agree. integrity naming "receipt.…" otherwise. What the leaf says of
// bond, envelope, hash and time is for the caller to compare.
absl::StatusOr<ReceiptLeaf> VerifyReceipt(const ReceiptProof& proof, const PracticeKey& practice);

}  // namespace holdfast::crypto
