#include "bench/recording_store.h"

#include <utility>

namespace holdfast::bench {

class RecordingStore::Recorder : public server::Transaction {
 public:
  Recorder(RecordingStore& store, std::unique_ptr<server::Transaction> inner)
      : store_(store), inner_(std::move(inner)) {}

  absl::StatusOr<std::optional<Bytes>> Get(BytesView key) override { return inner_->Get(key); }
  absl::Status Scan(BytesView begin, BytesView end, std::size_t rows_max,
                    const std::function<bool(BytesView, BytesView)>& row) override {
    return inner_->Scan(begin, end, rows_max, row);
  }
  void ReadAhead(std::vector<Bytes>&& keys) override { inner_->ReadAhead(std::move(keys)); }
  void Put(BytesView key, BytesView value) override {
    inner_->Put(key, value);
    writes_.push_back({Bytes(key), Bytes(value)});
  }
  void Erase(BytesView key) override {
    inner_->Erase(key);
    writes_.push_back({Bytes(key), std::nullopt});
  }
  void SetSavepoint() override {
    inner_->SetSavepoint();
    savepoints_.push_back(writes_.size());
  }
  void RollbackToSavepoint() override {
    inner_->RollbackToSavepoint();
    writes_.resize(savepoints_.back());
  }
  void ReleaseSavepoint() override {
    inner_->ReleaseSavepoint();
    savepoints_.pop_back();
  }
  bool has_writes() const override { return inner_->has_writes(); }
  bool has_writes_since_savepoint() const override { return inner_->has_writes_since_savepoint(); }
  server::CommitOutcome Commit() override {
    const server::CommitOutcome outcome = inner_->Commit();
    if (outcome == server::CommitOutcome::kCommitted) store_.Keep(std::move(writes_));
    return outcome;
  }

 private:
  RecordingStore& store_;
  std::unique_ptr<server::Transaction> inner_;
  Batch writes_;
  std::vector<std::size_t> savepoints_;
};

std::unique_ptr<server::Transaction> RecordingStore::Begin() {
  return std::make_unique<Recorder>(*this, inner_.Begin());
}

void RecordingStore::Record() {
  const std::lock_guard lock(mutex_);
  recording_ = true;
}

std::vector<Batch> RecordingStore::TakeBatches() {
  const std::lock_guard lock(mutex_);
  recording_ = false;
  return std::exchange(batches_, {});
}

void RecordingStore::Keep(Batch batch) {
  const std::lock_guard lock(mutex_);
  if (recording_ && !batch.empty()) batches_.push_back(std::move(batch));
}

}  // namespace holdfast::bench
