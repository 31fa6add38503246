// Rows as a disk keeps them. What was written last may not be synced yet: it is
// there for the next process after a kill, and gone, from some transaction on,
// after a loss of power.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "rules/identifiers.h"
#include "simulation/randomness.h"

namespace holdfast::simulation {

using Rows = absl::btree_map<Bytes, Bytes, std::less<>>;

class Disk {
 public:
  const Rows& rows() const { return rows_; }

  // One transaction, row by row. Nothing of it is safe before Sync().
  void BeginTransaction() { unsynced_.emplace_back(); }
  void Put(const Bytes& name, Bytes value);
  void Erase(const Bytes& name);
  void Sync() { unsynced_.clear(); }

  void LosePower(Randomness& random);
  void Replace(Rows rows);  // by a backup

 private:
  // What stood there before.
  using Undo = std::vector<std::pair<Bytes, std::optional<Bytes>>>;

  Rows rows_;
  std::vector<Undo> unsynced_;  // oldest first
};

}  // namespace holdfast::simulation
