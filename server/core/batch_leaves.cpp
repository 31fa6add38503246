#include "server/core/batch_leaves.h"

#include "crypto/public/merkle.h"
#include "server/core/records/keys.h"
#include "server/core/records/records.h"

namespace holdfast::server {
namespace {

// Trees of batches that are kept while their leaves are looked at.
constexpr std::size_t kLeafListsKept = 256;

}  // namespace

const Bytes& BatchLeaves::LeavesOf(std::uint32_t incarnation, std::uint64_t batch) {
  const Place place(incarnation, batch);
  const auto kept = leaves_.find(place);
  if (kept != leaves_.end()) return kept->second;
  const auto record = Find(transaction_, keys::Batch(incarnation, batch));
  order_.push_back(place);
  if (order_.size() > kLeafListsKept) {
    leaves_.erase(order_.front());
    order_.pop_front();
  }
  return leaves_[place] = record.ok() && *record ? (*record)->leaf_hashes() : Bytes();
}

bool BatchLeaves::Holds(std::uint32_t incarnation, std::uint64_t batch, std::uint32_t leaf,
                        BytesView bytes) {
  const BytesView leaves = LeavesOf(incarnation, batch);
  const std::size_t at = std::size_t{leaf} * Hash::size;
  return at + Hash::size <= leaves.size() &&
         leaves.substr(at, Hash::size) == crypto::MerkleLeaf(bytes).view();
}

}  // namespace holdfast::server
