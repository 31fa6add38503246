// The leaf hashes of a store's batches, and whether something stands among them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <utility>

#include "server/store/store.h"

namespace holdfast::server {

class BatchLeaves {
 public:
  explicit BatchLeaves(Transaction& transaction) : transaction_(transaction) {}

  // Whether `bytes` are that leaf of the batch.
  bool Holds(std::uint32_t incarnation, std::uint64_t batch, std::uint32_t leaf, BytesView bytes);

 private:
  const Bytes& LeavesOf(std::uint32_t incarnation, std::uint64_t batch);

  Transaction& transaction_;
  using Place = std::pair<std::uint32_t, std::uint64_t>;
  std::map<Place, Bytes> leaves_;  // of the batches that were looked at last
  std::deque<Place> order_;
};

}  // namespace holdfast::server
