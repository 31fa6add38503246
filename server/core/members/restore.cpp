#include "server/core/members/restore.h"

#include <algorithm>

#include "crypto/public/ledger.h"
#include "crypto/public/receipt.h"
#include "rules/planted.h"
#include "rules/receipt.h"
#include "server/core/members/parties.h"
#include "server/core/members/practice.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// What the practice once signed, and whether the store has just that.
struct Evidence {
  BondId bond;
  Incarnation incarnation;
  bool is_stored = false;
};

absl::StatusOr<crypto::ReceiptProof> ReadProof(const v1::Receipt& receipt) {
  crypto::ReceiptProof proof;
  if (receipt.leaf().size() != kLedgerEntryBytes) {
    HOLDFAST_RETURN_IF_ERROR(CheckSize(receipt.leaf(), kReceiptLeafBytes, "evidence.leaf"));
  }
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

absl::StatusOr<Evidence> ReadEntry(const Context& context, Transaction& transaction,
                                   const crypto::ReceiptProof& proof) {
  const crypto::LedgerProof entry_proof{proof.leaf, proof.index, proof.path, proof.batch};
  const auto entry = crypto::VerifyLedgerEntry(entry_proof, context.practice);
  if (!entry.ok()) return Blame(entry.status(), "ledger", "evidence");
  HOLDFAST_ASSIGN_OR_RETURN(const auto stored,
                            Find(transaction, keys::LedgerEntry(entry->bond, entry->number)));
  return Evidence{entry->bond, entry->incarnation, stored && stored->entry() == proof.leaf};
}

absl::StatusOr<Evidence> ReadReceipt(const Context& context, Transaction& transaction,
                                     const crypto::ReceiptProof& proof) {
  const auto leaf = crypto::VerifyReceipt(proof, context.practice);
  if (!leaf.ok()) return Blame(leaf.status(), "receipt", "evidence");
  HOLDFAST_ASSIGN_OR_RETURN(const auto stored,
                            Find(transaction, keys::Envelope(leaf->bond, leaf->position)));
  return Evidence{leaf->bond, leaf->incarnation,
                  stored && BytesView(stored->envelope_hash()) == leaf->envelope_hash.view()};
}

bool Contains(const google::protobuf::RepeatedPtrField<Bytes>& incarnations,
              const Incarnation& incarnation) {
  return std::any_of(incarnations.begin(), incarnations.end(),
                     [&](const Bytes& id) { return BytesView(id) == incarnation.view(); });
}

absl::StatusOr<Evidence> ByLeaf(Context& context, Transaction& transaction,
                                const Identity& identity, const v1::Receipt& receipt) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::ReceiptProof proof, ReadProof(receipt));
  const bool is_entry = proof.leaf.size() == kLedgerEntryBytes;
  HOLDFAST_ASSIGN_OR_RETURN(
      const Evidence evidence,
      is_entry ? ReadEntry(context, transaction, proof) : ReadReceipt(context, transaction, proof));
  // A bond that the backup lost is known to nobody, so nobody's secret either.
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, transaction.Get(keys::Bond(evidence.bond)));
  if (bond) {
    HOLDFAST_RETURN_IF_ERROR(
        BondOfParty(transaction, evidence.bond, identity.account, "evidence.leaf.bond").status());
  }
  return evidence;
}

absl::StatusOr<Evidence> ByBatch(Context& context, Transaction& transaction,
                                 const v1::SignedStatement& batch) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed carried, ReadSigned(batch, "batch"));
  const auto stated = crypto::VerifyBatch(carried, context.practice);
  if (!stated.ok()) return Blame(stated.status(), "receipt.batch", "batch");
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                            context.batch.Practice(transaction));
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_stored, HoldsBatch(transaction, *practice, *stated));
  return Evidence{BondId(), stated->incarnation, is_stored};
}

absl::StatusOr<Evidence> ReadRestoreEvidence(Context& context, Transaction& transaction,
                                             const Identity& identity,
                                             const v1::ReportRestoreRequest& request) {
  if (request.has_batch() && request.has_evidence()) {
    return Refuse(Reason::kMalformedField, "batch", "must be left out beside other evidence");
  }
  if (request.has_batch()) return ByBatch(context, transaction, request.batch());
  return ByLeaf(context, transaction, identity, request.evidence());
}

}  // namespace

absl::Status ReportRestore(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::ReportRestoreRequest& request,
                           v1::ReportRestoreResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const Evidence evidence,
                            ReadRestoreEvidence(context, transaction, identity, request));
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                            context.batch.Practice(transaction));
  HOLDFAST_ASSIGN_OR_RETURN(Incarnation current, context.batch.CurrentIncarnation(transaction));
  const bool is_current = evidence.incarnation == current;
  const bool is_known = Contains(practice->incarnations(), evidence.incarnation) ||
                        Contains(practice->lost_incarnations(), evidence.incarnation);
  // A life that the store never had proves an older copy by itself: what was lost of it may
  // have been sent again before anybody spoke of it.
  if (evidence.is_stored && is_known) {
    return Refuse(Reason::kNothingMissing, request.has_batch() ? "batch" : "evidence",
                  "the practice has what this is about");
  }
  // Once: what an earlier life signed was answered by beginning this one.
  if ((is_current || !is_known) && !HOLDFAST_PLANTED(kKeepIncarnationAfterRestore)) {
    PracticeRecord record = *practice;
    if (!is_known) record.add_lost_incarnations(evidence.incarnation.str());
    HOLDFAST_RETURN_IF_ERROR(AddIncarnation(context.entropy, record));
    HOLDFAST_ASSIGN_OR_RETURN(current, Stored<Incarnation>(*record.incarnations().rbegin()));
    HOLDFAST_RETURN_IF_ERROR(context.batch.BeginIncarnation(
        transaction, std::move(record), context.config.practice, context.engine_clock.now_ms()));
  }
  response.set_incarnation(current.str());
  return absl::OkStatus();
}

}  // namespace holdfast::server
