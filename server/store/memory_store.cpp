#include "server/store/memory_store.h"

#include <optional>
#include <utility>

#include "server/store/overlay.h"

namespace holdfast::server {

class MemoryTransaction : public Transaction {
 public:
  explicit MemoryTransaction(MemoryStore& store)
      : store_(store), life_(store.life_), version_(store.version_) {}

  absl::StatusOr<std::optional<Bytes>> Get(BytesView key) override {
    if (const std::optional<Bytes>* own = overlay_.Find(key)) return *own;
    if (store_.read_fault_hook_) {
      const absl::Status fault = store_.read_fault_hook_(key);
      if (!fault.ok()) return fault;
    }
    const auto row = store_.rows_.find(key);
    return row == store_.rows_.end() ? std::nullopt : std::make_optional(row->second);
  }

  absl::Status Scan(BytesView begin, BytesView end, std::size_t rows_max,
                    const std::function<bool(BytesView, BytesView)>& row) override {
    if (begin >= end) return absl::OkStatus();
    BaseRows base(store_.rows_.lower_bound(begin), store_.rows_.end());
    ScanMerged(overlay_, base, begin, end, rows_max, row);
    return absl::OkStatus();
  }

  void Put(BytesView key, BytesView value) override { overlay_.Write(key, Bytes(value)); }
  void Erase(BytesView key) override { overlay_.Write(key, std::nullopt); }
  void SetSavepoint() override { overlay_.SetSavepoint(); }
  void RollbackToSavepoint() override { overlay_.RollbackToSavepoint(); }
  void ReleaseSavepoint() override { overlay_.ReleaseSavepoint(); }
  bool has_writes() const override { return !overlay_.writes().empty(); }
  bool has_writes_since_savepoint() const override { return overlay_.has_writes_since_savepoint(); }

  CommitOutcome Commit() override {
    if (store_.life_ != life_) return CommitOutcome::kUnknown;
    if (!has_writes()) return CommitOutcome::kCommitted;
    if (store_.version_ != version_) return CommitOutcome::kConflict;
    MemoryStore::CommitFault fault;
    if (store_.fault_hook_) fault = store_.fault_hook_();
    const bool apply = fault.outcome == CommitOutcome::kCommitted ||
                       (fault.outcome == CommitOutcome::kUnknown && fault.applied);
    if (apply) Apply();
    return fault.outcome;
  }

 private:
  class BaseRows {
   public:
    using Iterator = MemoryStore::Rows::const_iterator;
    BaseRows(Iterator at, Iterator end) : at_(at), end_(end) {}
    bool Valid() const { return at_ != end_; }
    BytesView key() const { return at_->first; }
    BytesView value() const { return at_->second; }
    void Next() { ++at_; }

   private:
    Iterator at_;
    Iterator end_;
  };

  void Apply() {
    for (const auto& [key, value] : overlay_.writes()) {
      if (value) {
        store_.rows_[key] = *value;
      } else {
        store_.rows_.erase(key);
      }
    }
    ++store_.version_;
  }

  MemoryStore& store_;
  const std::uint64_t life_;
  const std::uint64_t version_;
  Overlay overlay_;
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
