#include "client/core/receipts.h"

#include "client/core/names.h"

namespace holdfast::client {

absl::StatusOr<ReceiptLeaf> CheckReceiptFor(const OwnDevice& own, const v1::Receipt& receipt,
                                            const Stored& stored) {
  HOLDFAST_ASSIGN_OR_RETURN(const ReceiptLeaf leaf, CheckReceipt(own, receipt));
  if (leaf.bond != stored.bond) {
    return Refuse(Reason::kIntegrity, "receipt.bond", "is about another bond");
  }
  if (leaf.envelope != stored.envelope) {
    return Refuse(Reason::kIntegrity, "receipt.envelope", "is about another message");
  }
  if (leaf.envelope_hash != stored.envelope_hash) {
    return Refuse(Reason::kIntegrity, "receipt.envelope_hash", "is about other bytes");
  }
  return leaf;
}

Hash EnvelopeHashOf(const v1::SendRequest& request) {
  std::vector<Bytes> digests;
  for (const v1::Capsule& capsule : request.capsules()) {
    digests.push_back(crypto::CapsuleDigest(capsule.device(), capsule.sealed()));
  }
  return crypto::EnvelopeHash(crypto::MessageHash(request.header(), request.body()), digests);
}

absl::Status KeepHighest(VaultChange& change, const ReceiptLeaf& leaf, const v1::Receipt& receipt) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, change.Read<vault::Progress>(names::kProgress));
  if (progress.incarnations().empty()) return absl::OkStatus();
  const std::string& newest = *progress.incarnations().rbegin();
  if (leaf.incarnation.view() != newest) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto kept,
                            change.Find<vault::HighestReceipt>(names::Receipt(leaf.bond)));
  if (kept && kept->incarnation() == newest && kept->position() >= leaf.position) {
    return absl::OkStatus();
  }
  vault::HighestReceipt highest;
  *highest.mutable_receipt() = receipt;
  highest.set_incarnation(newest);
  highest.set_position(leaf.position);
  change.Put(names::Receipt(leaf.bond), highest);
  return absl::OkStatus();
}

std::uint32_t LifeOf(const vault::Progress& progress, const Incarnation& incarnation) {
  const int count = progress.incarnations_size();
  for (int i = count - 1; i >= 0; --i) {
    if (incarnation.view() == progress.incarnations(i)) return static_cast<std::uint32_t>(i);
  }
  return count == 0 ? 0 : static_cast<std::uint32_t>(count - 1);
}

}  // namespace holdfast::client
