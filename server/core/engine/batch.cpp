#include "server/core/engine/batch.h"

#include <utility>

#include "crypto/public/merkle.h"
#include "crypto/public/purpose.h"
#include "rules/limits.h"
#include "rules/receipt.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/refusals.h"

namespace holdfast::server {
namespace {

// The next batch takes what this one did not.
constexpr std::uint64_t kBatchFullRetryMs = 100;

}  // namespace

void Batch::Begin() {
  has_room_ = true;
  practice_.reset();
  open_.reset();
  leaves_.clear();
  pending_.clear();
  sealed_.clear();
  wakes_.clear();
  woken_.clear();
  promises_ = {};
  ended_.clear();
}

bool Batch::HasRoom(std::size_t leaves) const {
  return leaves_.size() + leaves <= limits::kBatchLeavesMax;
}

absl::Status Batch::CheckRoom() const {
  if (HasRoom(kLeavesPerStepMax)) return absl::OkStatus();
  return RefuseFor(Reason::kServerBusy, "", "the practice is busy. Try again shortly",
                   kBatchFullRetryMs);
}

Batch::Mark Batch::mark() const {
  return {open_.has_value(), leaves_.size(), pending_.size(),
          wakes_.size(),     ended_.size(),  promises_};
}

void Batch::GoBack(const Mark& mark) {
  if (ended_.size() > mark.ended) {
    Ended& first = ended_[mark.ended];
    practice_ = std::move(first.practice);
    open_ = first.open;
    leaves_ = std::move(first.leaves);
    pending_ = std::move(first.pending);
    sealed_.resize(first.sealed);
    ended_.resize(mark.ended);
  }
  if (!mark.is_open) open_.reset();
  leaves_.resize(mark.leaves);
  pending_.resize(mark.pending);
  promises_ = mark.promises;
  for (; wakes_.size() > mark.wakes; wakes_.pop_back()) woken_.erase(wakes_.back());
}

void Batch::Wake(const DeviceId& device) {
  if (woken_.insert(device).second) wakes_.push_back(device);
}

absl::StatusOr<const PracticeRecord*> Batch::Practice(Transaction& transaction) {
  if (!practice_) {
    HOLDFAST_ASSIGN_OR_RETURN(practice_, Load(transaction, keys::Practice()));
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
  HOLDFAST_RETURN_IF_ERROR(HasRoom(1) ? absl::OkStatus() : CheckRoom());
  if (!open_) {
    HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice, Practice(transaction));
    HOLDFAST_ASSIGN_OR_RETURN(const auto counter, Find(transaction, keys::BatchCounter()));
    open_ = LeafPlace{static_cast<std::uint32_t>(practice->incarnations_size() - 1),
                      counter ? counter->last() + 1 : 1, 0};
  }
  LeafPlace next = *open_;
  next.leaf = static_cast<std::uint32_t>(leaves_.size());
  return next;
}

template <class Proof>
void Batch::Add(BytesView leaf, Proof* proof) {
  const auto index = static_cast<std::uint32_t>(leaves_.size());
  leaves_.push_back(crypto::MerkleLeaf(leaf));
  if (proof != nullptr) pending_.push_back({index, proof});
}
void Batch::AddLeaf(BytesView leaf, v1::Receipt* receipt) { Add(leaf, receipt); }
void Batch::AddLeaf(BytesView leaf, v1::LedgerItem* item) { Add(leaf, item); }

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

template <class Proof>
void Batch::Repeat(const LeafPlace& place, Proof& proof) {
  if (IsOpen(place.incarnation, place.batch)) {
    pending_.push_back({place.leaf, &proof});
  } else if (const Sealed* sealed = FindSealed(place.incarnation, place.batch)) {
    WriteProof(*sealed->tree, place.leaf, proof);
  }
}
void Batch::AddRepeat(const LeafPlace& place, v1::Receipt& receipt) { Repeat(place, receipt); }
void Batch::AddRepeat(const LeafPlace& place, v1::LedgerItem& item) { Repeat(place, item); }

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
    std::visit([&](auto* proof) { WriteProof(tree, pending.leaf, *proof); }, pending.proof);
  }
  sealed_.push_back({*open_, std::make_shared<const BatchTree>(std::move(tree))});
  open_.reset();
  leaves_.clear();
  pending_.clear();
  return absl::OkStatus();
}

absl::Status Batch::BeginIncarnation(Transaction& transaction, PracticeRecord record,
                                     const crypto::SigningKey& practice, std::uint64_t now_ms) {
  Ended ended{practice_, open_, leaves_, pending_, sealed_.size()};
  HOLDFAST_RETURN_IF_ERROR(Seal(transaction, practice, now_ms));
  ended_.push_back(std::move(ended));
  Save(transaction, keys::Practice(), record);
  Save(transaction, keys::BatchCounter(), BatchCounterRecord());
  practice_ = std::move(record);
  return absl::OkStatus();
}

std::vector<DeviceId> Batch::TakeWakes() {
  woken_.clear();
  return std::exchange(wakes_, {});
}

void Batch::KeepTrees(Receipts& receipts) {
  for (Sealed& sealed : sealed_) {
    receipts.Keep(sealed.place.incarnation, sealed.place.batch, std::move(sealed.tree));
  }
  sealed_.clear();
}

}  // namespace holdfast::server
