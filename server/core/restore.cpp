#include "server/core/restore.h"

#include <algorithm>

#include "crypto/public/receipt.h"
#include "rules/planted.h"
#include "server/core/bonds.h"
#include "server/core/fields.h"
#include "server/core/keys.h"
#include "server/core/limits.h"
#include "server/core/practice.h"

namespace holdfast::server {
namespace {

absl::StatusOr<crypto::ReceiptProof> ReadProof(const v1::Receipt& receipt) {
  crypto::ReceiptProof proof;
  HOLDFAST_RETURN_IF_ERROR(CheckSize(receipt.leaf(), kReceiptLeafBytes, "evidence.leaf"));
  proof.leaf = receipt.leaf();
  proof.index = receipt.index();
  if (static_cast<std::size_t>(receipt.path_size()) > limits::kReceiptPathMax) {
    return Refuse(Reason::kMalformedField, "evidence.path", "must be at most 10 hashes");
  }
  for (const Bytes& hash : receipt.path()) {
    HOLDFAST_ASSIGN_OR_RETURN(proof.path.emplace_back(), Hash::From(hash, "evidence.path"));
  }
  HOLDFAST_ASSIGN_OR_RETURN(proof.batch, ReadSigned(receipt.batch(), "evidence.batch"));
  return proof;
}

// Whether the store holds just the envelope that the receipt is about.
absl::StatusOr<bool> IsStored(Transaction& transaction, const ReceiptLeaf& leaf) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const auto envelope,
      Find<EnvelopeRecord>(transaction, keys::Envelope(leaf.bond, leaf.position)));
  return envelope && BytesView(envelope->envelope_hash()) == leaf.envelope_hash.view();
}

bool Contains(const google::protobuf::RepeatedPtrField<Bytes>& incarnations,
              const Incarnation& incarnation) {
  return std::any_of(incarnations.begin(), incarnations.end(),
                     [&](const Bytes& id) { return BytesView(id) == incarnation.view(); });
}

}  // namespace

absl::Status ReportRestore(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::ReportRestoreRequest& request,
                           v1::ReportRestoreResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::ReceiptProof proof, ReadProof(request.evidence()));
  const auto leaf = crypto::VerifyReceipt(proof, context.practice);
  if (!leaf.ok()) return Blame(leaf.status(), "receipt", "evidence");
  // A bond that the backup lost is known to nobody, so nobody's secret either.
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, transaction.Get(keys::Bond(leaf->bond)));
  if (bond) {
    HOLDFAST_RETURN_IF_ERROR(
        BondOfParty(transaction, leaf->bond, identity.account, "evidence.leaf.bond").status());
  }
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_stored, IsStored(transaction, *leaf));
  if (is_stored) {
    return Refuse(Reason::kNothingMissing, "evidence", "the practice has this envelope");
  }

  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                            context.batch.Practice(transaction));
  HOLDFAST_ASSIGN_OR_RETURN(Incarnation current, context.batch.CurrentIncarnation(transaction));
  const bool is_current = leaf->incarnation == current;
  const bool is_known = Contains(practice->incarnations(), leaf->incarnation) ||
                        Contains(practice->lost_incarnations(), leaf->incarnation);
  // Once: what an earlier life signed was answered by beginning this one.
  if ((is_current || !is_known) && !HOLDFAST_PLANTED(kKeepIncarnationAfterRestore)) {
    PracticeRecord record = *practice;
    if (!is_known) record.add_lost_incarnations(leaf->incarnation.str());
    HOLDFAST_RETURN_IF_ERROR(AddIncarnation(context.entropy, record));
    HOLDFAST_ASSIGN_OR_RETURN(current, Stored<Incarnation>(*record.incarnations().rbegin()));
    HOLDFAST_RETURN_IF_ERROR(context.batch.BeginIncarnation(
        transaction, std::move(record), context.config.practice, context.clock.WallMs()));
  }
  response.set_incarnation(current.str());
  return absl::OkStatus();
}

}  // namespace holdfast::server
