#include "server/store/memory_store.h"

#include <optional>
#include <utility>
#include <vector>

namespace holdfast::server {

class MemoryTransaction : public Transaction {
 public:
  explicit MemoryTransaction(MemoryStore& store)
      : store_(store), life_(store.life_), version_(store.version_) {}

  absl::StatusOr<std::optional<Bytes>> Get(BytesView key) override {
    if (const auto write = writes_.find(key); write != writes_.end()) return write->second;
    const auto row = store_.rows_.find(key);
    return row == store_.rows_.end() ? std::nullopt : std::make_optional(row->second);
  }

  absl::Status Scan(BytesView begin, BytesView end, std::size_t rows_max,
                    const std::function<bool(BytesView, BytesView)>& row) override {
    if (begin >= end) return absl::OkStatus();
    auto base = store_.rows_.lower_bound(begin);
    const auto base_end = store_.rows_.lower_bound(end);
    auto own = writes_.lower_bound(begin);
    const auto own_end = writes_.lower_bound(end);
    for (std::size_t seen = 0; seen < rows_max && (base != base_end || own != own_end);) {
      const bool take_own = own != own_end && (base == base_end || own->first <= base->first);
      if (!take_own) {
        ++seen;
        if (!row(base->first, base->second)) break;
        ++base;
        continue;
      }
      if (base != base_end && base->first == own->first) ++base;
      if (own->second) {
        ++seen;
        if (!row(own->first, *own->second)) break;
      }
      ++own;
    }
    return absl::OkStatus();
  }

  void Put(BytesView key, BytesView value) override { Write(key, Bytes(value)); }
  void Erase(BytesView key) override { Write(key, std::nullopt); }

  void SetSavepoint() override { undo_.clear(); }
  void RollbackToSavepoint() override {
    for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) {
      if (undo->had) {
        writes_[undo->key] = std::move(undo->before);
      } else {
        writes_.erase(undo->key);
      }
    }
    undo_.clear();
  }

  bool has_writes() const override { return !writes_.empty(); }

  CommitOutcome Commit() override {
    if (store_.life_ != life_) return CommitOutcome::kUnknown;
    if (writes_.empty()) return CommitOutcome::kCommitted;
    if (store_.version_ != version_) return CommitOutcome::kConflict;
    MemoryStore::CommitFault fault;
    if (store_.fault_hook_) fault = store_.fault_hook_();
    const bool apply = fault.outcome == CommitOutcome::kCommitted ||
                       (fault.outcome == CommitOutcome::kUnknown && fault.applied);
    if (apply) Apply();
    return fault.outcome;
  }

 private:
  struct Undo {
    Bytes key;
    bool had = false;  // whether this transaction had written the key before
    std::optional<Bytes> before;
  };

  void Write(BytesView key, std::optional<Bytes> value) {
    const auto found = writes_.find(key);
    if (found == writes_.end()) {
      undo_.push_back({Bytes(key), false, std::nullopt});
      writes_.emplace(Bytes(key), std::move(value));
    } else {
      undo_.push_back({Bytes(key), true, std::move(found->second)});
      found->second = std::move(value);
    }
  }

  void Apply() {
    for (auto& [key, value] : writes_) {
      if (value) {
        store_.rows_[key] = std::move(*value);
      } else {
        store_.rows_.erase(key);
      }
    }
    writes_.clear();
    ++store_.version_;
  }

  MemoryStore& store_;
  const std::uint64_t life_;
  const std::uint64_t version_;
  std::map<Bytes, std::optional<Bytes>, std::less<>> writes_;
  std::vector<Undo> undo_;
};

std::unique_ptr<Transaction> MemoryStore::Begin() {
  return std::make_unique<MemoryTransaction>(*this);
}

void MemoryStore::Restore(Rows rows) {
  rows_ = std::move(rows);
  ++life_;
  ++version_;
}

}  // namespace holdfast::server
