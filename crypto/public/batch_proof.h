// What proves a leaf of a signed batch, whatever the leaf is about: a receipt or a
// ledger entry. Internal to crypto/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/public/device.h"
#include "rules/receipt.h"

namespace holdfast::crypto {

struct BatchProof {
  const Bytes& leaf;
  std::uint32_t index = 0;
  const std::vector<Hash>& path;
  const Signed& batch;
};

// Signature and practice. integrity naming "<what>.batch.…".
absl::StatusOr<BatchStatement> VerifyBatch(const Signed& batch, const PracticeKey& practice,
                                           std::string_view what);
// The path too: "<what>.path".
absl::StatusOr<BatchStatement> VerifyProof(const BatchProof& proof, const PracticeKey& practice,
                                           std::string_view what);

// The same, then the leaf itself, which must name its batch's practice and
// incarnation: "<leaf_name>.practice" and "<leaf_name>.incarnation" otherwise.
template <class Leaf>
absl::StatusOr<Leaf> VerifyLeaf(const BatchProof& proof, const PracticeKey& practice,
                                absl::StatusOr<Leaf> (*decode)(BytesView), std::string_view what,
                                std::string_view leaf_name) {
  // Nothing is decoded before it is proved to be the practice's.
  HOLDFAST_ASSIGN_OR_RETURN(const BatchStatement batch, VerifyProof(proof, practice, what));
  HOLDFAST_ASSIGN_OR_RETURN(const Leaf leaf, decode(proof.leaf));
  if (leaf.practice != batch.practice) {
    return Refuse(Reason::kIntegrity, std::string(leaf_name).append(".practice"),
                  "differs from its batch");
  }
  if (leaf.incarnation != batch.incarnation) {
    return Refuse(Reason::kIntegrity, std::string(leaf_name).append(".incarnation"),
                  "differs from its batch");
  }
  return leaf;
}

}  // namespace holdfast::crypto
