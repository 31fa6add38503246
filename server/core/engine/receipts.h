// Any stored envelope's receipt, rebuilt from the batch that it was stored in.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "crypto/public/device.h"
#include "holdfast/v1/common.pb.h"
#include "rules/header.h"
#include "rules/receipt.h"
#include "server/core/records/records.h"
#include "server/store/store.h"

namespace holdfast::server {

// Where a leaf stands. `incarnation` is the index in the practice's record.
struct LeafPlace {
  std::uint32_t incarnation = 0;
  std::uint64_t batch = 0;
  std::uint32_t leaf = 0;
};

// One batch's signature and every leaf's audit path.
struct BatchTree {
  crypto::Signed batch;
  std::vector<std::vector<Hash>> paths;
};

// Fills all but the leaf of a v1::Receipt or v1::LedgerItem. The place must be in
// the tree.
template <class Proof>
void WriteProof(const BatchTree& tree, std::uint32_t leaf, Proof& proof) {
  proof.set_index(leaf);
  proof.clear_path();
  for (const Hash& hash : tree.paths[leaf]) proof.add_path(hash.data(), Hash::size);
  proof.mutable_batch()->set_statement(tree.batch.statement);
  proof.mutable_batch()->set_signature(tree.batch.signature);
}

absl::StatusOr<Header> StoredHeader(const EnvelopeRecord& envelope);
// The leaf's exact bytes, from what is stored.
absl::StatusOr<Bytes> LeafOf(const PracticeKey& practice, const PracticeRecord& record,
                             const EnvelopeRecord& envelope, std::uint64_t position);

// Whether a batch that the practice signed is the one in the store.
absl::StatusOr<bool> HoldsBatch(Transaction& transaction, const PracticeRecord& practice,
                                const BatchStatement& batch);

// Keeps the newest batches' trees, which subscribers mostly ask for. Trees never
// change once committed, so keeping them changes no answer.
class Receipts {
 public:
  using Tree = std::shared_ptr<const BatchTree>;

  absl::StatusOr<Tree> TreeOf(Transaction& transaction, std::uint32_t incarnation,
                              std::uint64_t batch);
  // Only of batches that were committed or prepared.
  void Keep(std::uint32_t incarnation, std::uint64_t batch, Tree tree);

  // The whole receipt of a stored envelope.
  absl::Status Write(Transaction& transaction, const PracticeKey& practice,
                     const PracticeRecord& record, const EnvelopeRecord& envelope,
                     std::uint64_t position, v1::Receipt& receipt);

 private:
  using Place = std::pair<std::uint32_t, std::uint64_t>;
  std::map<Place, Tree> trees_;
  std::deque<Place> order_;  // oldest kept first
};

}  // namespace holdfast::server
