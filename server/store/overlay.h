// A transaction's own writes, on top of what is committed: read first, rolled back
// to a savepoint, and at last written in key order, each key once.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "rules/identifiers.h"

namespace holdfast::server {

class Overlay {
 public:
  // nullopt: the key is erased.
  using Writes = std::map<Bytes, std::optional<Bytes>, std::less<>>;

  void Write(BytesView key, std::optional<Bytes> value);
  // What was written under the key here; null where nothing was.
  const std::optional<Bytes>* Find(BytesView key) const;
  const Writes& writes() const { return writes_; }

  void SetSavepoint() { undo_.clear(); }
  bool has_writes_since_savepoint() const { return !undo_.empty(); }
  void RollbackToSavepoint();

 private:
  struct Undo {
    Writes::iterator at;
    bool had = false;  // whether the key had been written before
    std::optional<Bytes> before;
  };

  Writes writes_;
  std::vector<Undo> undo_;  // since the savepoint, oldest first
};

// Calls `row` for each key of [begin, end) as Transaction::Scan says, from the
// overlay and what lies under it. `Base` walks the committed rows in key order
// from `begin` on: Valid(), key(), value(), Next().
template <class Base>
void ScanMerged(const Overlay& overlay, Base& base, BytesView begin, BytesView end,
                std::size_t rows_max,
                const std::function<bool(BytesView key, BytesView value)>& row) {
  auto own = overlay.writes().lower_bound(begin);
  const auto own_end = overlay.writes().lower_bound(end);
  for (std::size_t seen = 0; seen < rows_max;) {
    const bool has_base = base.Valid() && base.key() < end;
    if (own == own_end && !has_base) return;
    if (own == own_end || (has_base && base.key() < own->first)) {
      ++seen;
      if (!row(base.key(), base.value())) return;
      base.Next();
      continue;
    }
    if (has_base && base.key() == own->first) base.Next();
    if (own->second) {
      ++seen;
      if (!row(own->first, *own->second)) return;
    }
    ++own;
  }
}

}  // namespace holdfast::server
