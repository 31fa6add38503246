#include "crypto/public/batch_proof.h"

#include "crypto/public/merkle.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

absl::Status BrokenProof(std::string_view what, std::string_view field, std::string_view message) {
  return Refuse(Reason::kIntegrity, std::string(what) + std::string(field), message);
}

}  // namespace

absl::StatusOr<BatchStatement> VerifyBatch(const Signed& batch, const PracticeKey& practice,
                                           std::string_view what) {
  HOLDFAST_RETURN_IF_ERROR(VerifySignature<Purpose::kBatch>(
      practice, batch, std::string(what).append(".batch.signature")));
  HOLDFAST_ASSIGN_OR_RETURN(const BatchStatement stated, DecodeBatchStatement(batch.statement));
  if (stated.practice != practice) {
    return BrokenProof(what, ".batch.practice",
                       "names another practice than the one that signed it");
  }
  return stated;
}

absl::StatusOr<BatchStatement> VerifyProof(const BatchProof& proof, const PracticeKey& practice,
                                           std::string_view what) {
  if (proof.path.size() > limits::kReceiptPathMax) {
    return BrokenProof(what, ".path", "is longer than any batch needs");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const BatchStatement batch, VerifyBatch(proof.batch, practice, what));
  if (!MerkleVerify(MerkleLeaf(proof.leaf), proof.index, batch.leaves, proof.path, batch.root)) {
    return BrokenProof(what, ".path", "does not lead from the leaf to the batch that was signed");
  }
  return batch;
}

}  // namespace holdfast::crypto
