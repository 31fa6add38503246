#include "client/core/ledger/receipts.h"

#include <algorithm>

#include "client/core/people/wire.h"
#include "client/core/vault/names.h"
#include "crypto/public/receipt.h"
#include "rules/availability.h"

namespace holdfast::client {
namespace {

// Against any of the practice's keys.
absl::StatusOr<ReceiptLeaf> CheckReceipt(const OwnDevice& own, const v1::Receipt& receipt) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::ReceiptProof proof, FromWire(receipt));
  HOLDFAST_ASSIGN_OR_RETURN(const ReceiptLeaf named, DecodeReceiptLeaf(proof.leaf));
  if (!own.KnowsPractice(named.practice)) {
    return Refuse(Reason::kIntegrity, "receipt.practice", "is of another practice");
  }
  return crypto::VerifyReceipt(proof, named.practice);
}

// Whether the practice had this entry when it signed the leaf: both are of one life of
// its store, or the entry outlived the restore that began the leaf's.
bool WasThere(const HeldLedger& held, const vault::Progress& progress, const ActNote& entry,
              const ReceiptLeaf& leaf) {
  if (IsBehindRestore(held, progress)) return false;  // it may have lost it
  return entry.incarnation == leaf.incarnation || held.book.incarnation() == leaf.incarnation;
}

}  // namespace

absl::StatusOr<ReceiptLeaf> CheckReceiptFor(const OwnDevice& own, const HeldLedger& ledger,
                                            const vault::Progress& progress,
                                            const v1::Receipt& receipt, const Stored& stored) {
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
  HOLDFAST_RETURN_IF_ERROR(CheckDue(ledger, progress, leaf, stored.owes));
  return leaf;
}

absl::Status CheckDue(const HeldLedger& held, const vault::Progress& progress,
                      const ReceiptLeaf& leaf, bool owes) {
  const std::uint32_t version = leaf.availability_version;
  if (!owes) {
    if (version == 0 && leaf.due_at_ms == 0) return absl::OkStatus();
    return Refuse(Reason::kIntegrity, "receipt.due_at_ms", "is named though no reply is owed");
  }
  // The one in force: an older one, or none, is what would be to the practice's
  // advantage.
  const auto newer = held.availabilities.upper_bound(version);
  const bool passed_over = newer != held.availabilities.end() &&
                           newer->second.at_ms < leaf.stored_at_ms && !held.book.ended() &&
                           WasThere(held, progress, newer->second, leaf);
  if (passed_over) {
    return Refuse(Reason::kIntegrity, "receipt.availability_version",
                  "is not the newest availability at that time");
  }
  if (version == 0) {
    if (leaf.due_at_ms == 0) return absl::OkStatus();
    return Refuse(Reason::kIntegrity, "receipt.due_at_ms", "follows from no availability");
  }
  const auto found = held.book.availabilities().find(version);
  if (found == held.book.availabilities().end()) {
    return Refuse(Reason::kIntegrity, "receipt.availability_version",
                  "is an availability that nobody signed");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t due, DueAt(found->second, leaf.stored_at_ms));
  if (due == leaf.due_at_ms) return absl::OkStatus();
  return Refuse(Reason::kIntegrity, "receipt.due_at_ms",
                "is not what follows from the signed availability");
}

Hash EnvelopeHashOf(const v1::SendRequest& request) {
  std::vector<Bytes> digests;
  for (const v1::Capsule& capsule : request.capsules()) {
    digests.push_back(crypto::CapsuleDigest(capsule.device(), capsule.sealed()));
  }
  return crypto::EnvelopeHash(crypto::MessageHash(request.header(), request.body()), digests);
}

absl::Status KeepNewestBatch(VaultChange& change, const v1::SignedStatement& batch) {
  HOLDFAST_ASSIGN_OR_RETURN(const BatchStatement stated, DecodeBatchStatement(batch.statement()));
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  if (progress.incarnations().empty() || progress.suspects_restore()) return absl::OkStatus();
  if (stated.incarnation.view() != *progress.incarnations().rbegin()) return absl::OkStatus();
  if (stated.batch < progress.newest_batch_number()) return absl::OkStatus();
  if (stated.batch == progress.newest_batch_number()) {
    if (progress.newest_batch().statement() == batch.statement()) return absl::OkStatus();
    progress.set_suspects_restore(true);
  } else {
    *progress.mutable_newest_batch() = batch;
    progress.set_newest_batch_number(stated.batch);
  }
  change.Put(names::kProgress, progress);
  return absl::OkStatus();
}

absl::Status KeepHighest(VaultChange& change, const ReceiptLeaf& leaf, const v1::Receipt& receipt) {
  HOLDFAST_RETURN_IF_ERROR(KeepNewestBatch(change, receipt.batch()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, change.Read(names::kProgress));
  if (progress.incarnations().empty() || progress.suspects_restore()) return absl::OkStatus();
  const std::string& newest = *progress.incarnations().rbegin();
  if (leaf.incarnation.view() != newest) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto kept, change.Find(names::Receipt(leaf.bond)));
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

absl::StatusOr<bool> SuspectTakenPlace(VaultChange& change, const ReceiptLeaf& leaf) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto kept, change.Find(names::Receipt(leaf.bond)));
  const bool higher_known =
      kept && kept->incarnation() == leaf.incarnation.view() && kept->position() >= leaf.position;
  if (!higher_known) return false;
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  const std::uint32_t life = LifeOf(progress, leaf.incarnation);
  bool taken = false;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kMessages, [&](BytesView key, const vault::Message& message) {
        taken = message.bond() == leaf.bond.view() && message.life() == life &&
                message.position() == leaf.position && !message.unpositioned() &&
                key != leaf.envelope.view();
        return !taken;
      }));
  HOLDFAST_RETURN_IF_ERROR(change.Scan(names::SentOf(leaf.bond), [&](BytesView,
                                                                     const vault::Sent& sent) {
    taken = taken || (sent.position() == leaf.position && sent.envelope() != leaf.envelope.view());
    return !taken;
  }));
  // In an earlier life of the store the loss is known: that is why the life ended.
  const bool is_newest = leaf.incarnation.view() == *progress.incarnations().rbegin();
  if (taken && is_newest) {
    progress.set_suspects_restore(true);
    change.Put(names::kProgress, progress);
  }
  return taken;
}

void PlaceBehind(vault::Message& message, const vault::Bond& bond,
                 const vault::Progress& progress) {
  message.set_position(std::max<std::uint64_t>(bond.received_position(), 1));
  message.set_life(LifeOf(progress, Incarnation()));
  message.set_unpositioned(true);
}

std::uint32_t LifeOf(const vault::Progress& progress, const Incarnation& incarnation) {
  const int count = progress.incarnations_size();
  for (int i = count - 1; i >= 0; --i) {
    if (incarnation.view() == progress.incarnations(i)) return static_cast<std::uint32_t>(i);
  }
  // Of before this device was one of its account's, or of those that were forgotten.
  if (count == 0 || !incarnation.is_zero()) return 0;
  return static_cast<std::uint32_t>(count - 1);
}

}  // namespace holdfast::client
