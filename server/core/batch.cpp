#include "server/core/batch.h"

#include "crypto/public/merkle.h"
#include "crypto/public/purpose.h"
#include "rules/limits.h"
#include "rules/receipt.h"
#include "server/core/keys.h"
#include "server/core/refusals.h"

namespace holdfast::server {
namespace {

// The next batch takes what this one did not.
constexpr std::uint64_t kBatchFullRetryMs = 100;

}  // namespace

void Batch::Begin(bool has_room) {
  has_room_ = has_room;
  practice_.reset();
  open_.reset();
  leaves_.clear();
  pending_.clear();
  sealed_.clear();
  wakes_.clear();
}

absl::StatusOr<const PracticeRecord*> Batch::Practice(Transaction& transaction) {
  if (!practice_) {
    HOLDFAST_ASSIGN_OR_RETURN(practice_, Load<PracticeRecord>(transaction, keys::Practice()));
  }
  if (practice_->incarnations().empty()) return DamagedRecord("the practice's incarnations");
  return &*practice_;
}

absl::StatusOr<Incarnation> Batch::CurrentIncarnation(Transaction& transaction) {
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice, Practice(transaction));
  return Stored<Incarnation>(*practice->incarnations().rbegin());
}

absl::StatusOr<LeafPlace> Batch::NextPlace(Transaction& transaction) {
  if (!has_room_) return StorageFull();
  if (leaves_.size() == limits::kBatchLeavesMax) {
    return RefuseFor(Reason::kServerBusy, "", "the practice is busy. Try again shortly",
                     kBatchFullRetryMs);
  }
  if (!open_) {
    HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice, Practice(transaction));
    HOLDFAST_ASSIGN_OR_RETURN(const auto counter,
                              Find<BatchCounterRecord>(transaction, keys::BatchCounter()));
    open_ = LeafPlace{static_cast<std::uint32_t>(practice->incarnations_size() - 1),
                      counter ? counter->last() + 1 : 1, 0};
  }
  LeafPlace next = *open_;
  next.leaf = static_cast<std::uint32_t>(leaves_.size());
  return next;
}

void Batch::AddLeaf(Bytes leaf, v1::SendResponse& response) {
  const auto index = static_cast<std::uint32_t>(leaves_.size());
  leaves_.push_back(crypto::MerkleLeaf(leaf));
  response.Clear();
  response.mutable_receipt()->set_leaf(std::move(leaf));
  pending_.push_back({index, &response});
}

bool Batch::IsOpen(std::uint32_t incarnation, std::uint64_t batch) const {
  return open_ && open_->incarnation == incarnation && open_->batch == batch;
}

const Batch::Sealed* Batch::FindSealed(std::uint32_t incarnation, std::uint64_t batch) const {
  for (const Sealed& sealed : sealed_) {
    if (sealed.place.incarnation == incarnation && sealed.place.batch == batch) return &sealed;
  }
  return nullptr;
}

bool Batch::Holds(std::uint32_t incarnation, std::uint64_t batch) const {
  return IsOpen(incarnation, batch) || FindSealed(incarnation, batch) != nullptr;
}

void Batch::AddRepeat(const LeafPlace& place, Bytes leaf, v1::SendResponse& response) {
  response.Clear();
  response.mutable_receipt()->set_leaf(std::move(leaf));
  if (IsOpen(place.incarnation, place.batch)) {
    pending_.push_back({place.leaf, &response});
  } else if (const Sealed* sealed = FindSealed(place.incarnation, place.batch)) {
    WriteProof(*sealed->tree, place.leaf, *response.mutable_receipt());
  }
}

absl::Status Batch::Seal(Transaction& transaction, const crypto::SigningKey& practice,
                         std::uint64_t now_ms) {
  if (leaves_.empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const record, Practice(transaction));
  BatchStatement statement;
  statement.practice = practice.public_key<PracticeKey>();
  HOLDFAST_ASSIGN_OR_RETURN(
      statement.incarnation,
      Stored<Incarnation>(record->incarnations(static_cast<int>(open_->incarnation))));
  statement.batch = open_->batch;
  statement.leaves = static_cast<std::uint32_t>(leaves_.size());
  statement.root = crypto::MerkleRoot(leaves_);
  statement.signed_at_ms = now_ms;

  BatchTree tree;
  tree.batch.statement = EncodeBatchStatement(statement);
  tree.batch.signature = practice.Sign(crypto::Purpose::kBatch, tree.batch.statement).str();
  tree.paths = crypto::MerklePaths(leaves_);

  BatchRecord stored;
  Copy(tree.batch, *stored.mutable_batch());
  for (const Hash& leaf : leaves_) stored.mutable_leaf_hashes()->append(leaf.view());
  Save(transaction, keys::Batch(open_->incarnation, open_->batch), stored);
  BatchCounterRecord counter;
  counter.set_last(open_->batch);
  Save(transaction, keys::BatchCounter(), counter);

  for (const Pending& pending : pending_) {
    WriteProof(tree, pending.leaf, *pending.response->mutable_receipt());
  }
  sealed_.push_back({*open_, std::make_shared<const BatchTree>(std::move(tree))});
  open_.reset();
  leaves_.clear();
  pending_.clear();
  return absl::OkStatus();
}

absl::Status Batch::BeginIncarnation(Transaction& transaction, PracticeRecord record,
                                     const crypto::SigningKey& practice, std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(Seal(transaction, practice, now_ms));
  Save(transaction, keys::Practice(), record);
  Save(transaction, keys::BatchCounter(), BatchCounterRecord());
  practice_ = std::move(record);
  return absl::OkStatus();
}

std::vector<DeviceId> Batch::TakeWakes() {
  std::vector<DeviceId> wakes(wakes_.begin(), wakes_.end());
  wakes_.clear();
  return wakes;
}

void Batch::KeepTrees(Receipts& receipts) {
  for (Sealed& sealed : sealed_) {
    receipts.Keep(sealed.place.incarnation, sealed.place.batch, std::move(sealed.tree));
  }
  sealed_.clear();
}

}  // namespace holdfast::server
