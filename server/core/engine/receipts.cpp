#include "server/core/engine/receipts.h"

#include "crypto/public/merkle.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {

absl::StatusOr<Header> StoredHeader(const EnvelopeRecord& envelope) {
  absl::StatusOr<Header> header = DecodeHeader(envelope.header());
  return header.ok() ? std::move(header) : DamagedRecord("an envelope's header");
}

absl::StatusOr<Bytes> LeafOf(const PracticeKey& practice, const PracticeRecord& record,
                             const EnvelopeRecord& envelope, std::uint64_t position) {
  const auto incarnation = static_cast<int>(envelope.incarnation());
  if (incarnation < 0 || incarnation >= record.incarnations_size()) {
    return DamagedRecord("an envelope's incarnation");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Header header, StoredHeader(envelope));
  ReceiptLeaf leaf;
  leaf.practice = practice;
  HOLDFAST_ASSIGN_OR_RETURN(leaf.incarnation,
                            Stored<Incarnation>(record.incarnations(incarnation)));
  leaf.bond = header.bond;
  leaf.position = position;
  leaf.envelope = header.envelope;
  HOLDFAST_ASSIGN_OR_RETURN(leaf.envelope_hash, Stored<Hash>(envelope.envelope_hash()));
  leaf.stored_at_ms = envelope.stored_at_ms();
  leaf.due_at_ms = envelope.due_at_ms();
  leaf.availability_version = envelope.availability();
  return EncodeReceiptLeaf(leaf);
}

absl::StatusOr<bool> HoldsBatch(Transaction& transaction, const PracticeRecord& practice,
                                const BatchStatement& batch) {
  for (int i = 0; i < practice.incarnations_size(); ++i) {
    if (batch.incarnation.view() != practice.incarnations(i)) continue;
    HOLDFAST_ASSIGN_OR_RETURN(
        const auto record,
        Find(transaction, keys::Batch(static_cast<std::uint32_t>(i), batch.batch)));
    return record && record->batch().statement() == EncodeBatchStatement(batch);
  }
  return false;
}

absl::StatusOr<Receipts::Tree> Receipts::TreeOf(Transaction& transaction, std::uint32_t incarnation,
                                                std::uint64_t batch) {
  const auto kept = trees_.find({incarnation, batch});
  if (kept != trees_.end()) return kept->second;
  HOLDFAST_ASSIGN_OR_RETURN(const BatchRecord record,
                            Load(transaction, keys::Batch(incarnation, batch)));
  const BytesView hashes = record.leaf_hashes();
  if (hashes.empty() || hashes.size() % Hash::size != 0 ||
      hashes.size() > Hash::size * limits::kBatchLeavesMax) {
    return DamagedRecord("a batch");
  }
  std::vector<Hash> leaves;
  leaves.reserve(hashes.size() / Hash::size);
  for (std::size_t at = 0; at < hashes.size(); at += Hash::size) {
    HOLDFAST_ASSIGN_OR_RETURN(leaves.emplace_back(),
                              Hash::From(hashes.substr(at, Hash::size), "batch"));
  }
  Tree tree = std::make_shared<const BatchTree>(
      BatchTree{ToSigned(record.batch()), crypto::MerklePaths(leaves)});
  Keep(incarnation, batch, tree);
  return tree;
}

void Receipts::Keep(std::uint32_t incarnation, std::uint64_t batch, Tree tree) {
  if (!trees_.insert_or_assign({incarnation, batch}, std::move(tree)).second) return;
  order_.emplace_back(incarnation, batch);
  if (order_.size() <= kBatchTreesMax) return;
  trees_.erase(order_.front());
  order_.pop_front();
}

absl::Status Receipts::Write(Transaction& transaction, const PracticeKey& practice,
                             const PracticeRecord& record, const EnvelopeRecord& envelope,
                             std::uint64_t position, v1::Receipt& receipt) {
  HOLDFAST_ASSIGN_OR_RETURN(*receipt.mutable_leaf(), LeafOf(practice, record, envelope, position));
  HOLDFAST_ASSIGN_OR_RETURN(const Tree tree,
                            TreeOf(transaction, envelope.incarnation(), envelope.batch()));
  if (envelope.leaf() >= tree->paths.size()) return DamagedRecord("a batch");
  WriteProof(*tree, envelope.leaf(), receipt);
  return absl::OkStatus();
}

}  // namespace holdfast::server
