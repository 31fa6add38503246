// A transaction's own writes, on top of what is committed: read first, rolled back
// to savepoints, and at last written in key order, each key once.
#pragma once

#include <cstddef>
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

  void SetSavepoint() { savepoints_.push_back(undo_.size()); }
  bool has_writes_since_savepoint() const { return undo_.size() > newest_savepoint(); }
  void RollbackToSavepoint();
  void ReleaseSavepoint();

 private:
  struct Undo {
    Writes::iterator at;
    bool had = false;  // whether the key had been written before
    std::optional<Bytes> before;
  };

  std::size_t newest_savepoint() const { return savepoints_.empty() ? 0 : savepoints_.back(); }

  Writes writes_;
  std::vector<Undo> undo_;               // since the first savepoint that stands, oldest first
  std::vector<std::size_t> savepoints_;  // each by how much there was to undo
};

// An overlay and the rows under it as one walk in key order, over [begin, end). `Base`
// walks the rows under it from `begin` on, and so does this: Valid(), key(), value(),
// Next(). Nothing may be written meanwhile.
template <class Base>
class OverlaidRows {
 public:
  OverlaidRows(const Overlay& overlay, Base& base, BytesView begin, BytesView end)
      : base_(base),
        end_(end),
        own_(overlay.writes().lower_bound(begin)),
        own_end_(overlay.writes().lower_bound(end)) {
    Settle();
  }

  bool Valid() const { return on_own_ || HasBase(); }
  BytesView key() const { return on_own_ ? BytesView(own_->first) : base_.key(); }
  BytesView value() const { return on_own_ ? BytesView(*own_->second) : base_.value(); }
  void Next() {
    if (on_own_) {
      ++own_;
    } else {
      base_.Next();
    }
    Settle();
  }

 private:
  bool HasBase() const { return base_.Valid() && base_.key() < end_; }

  // To the next row, past what is erased here or written anew.
  void Settle() {
    for (on_own_ = false; own_ != own_end_; ++own_) {
      if (HasBase() && base_.key() < own_->first) return;
      if (HasBase() && base_.key() == own_->first) base_.Next();
      if (own_->second) {
        on_own_ = true;
        return;
      }
    }
  }

  Base& base_;
  const BytesView end_;
  Overlay::Writes::const_iterator own_;
  const Overlay::Writes::const_iterator own_end_;
  bool on_own_ = false;  // the row is the overlay's
};

// Calls `row` for each key of [begin, end) as Transaction::Scan says.
template <class Base>
void ScanMerged(const Overlay& overlay, Base& base, BytesView begin, BytesView end,
                std::size_t rows_max,
                const std::function<bool(BytesView key, BytesView value)>& row) {
  OverlaidRows<Base> rows(overlay, base, begin, end);
  for (std::size_t seen = 0; seen < rows_max && rows.Valid();) {
    if (!row(rows.key(), rows.value())) return;
    if (++seen < rows_max) rows.Next();
  }
}

}  // namespace holdfast::server
