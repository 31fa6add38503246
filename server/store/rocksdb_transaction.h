// A transaction over RocksDB: its writes are collected, then written and synced
// as one batch.
#pragma once

#include "server/store/rocksdb_state.h"
#include "server/store/rows_ahead.h"

namespace holdfast::server {

class RocksDbTransaction : public Transaction {
 public:
  explicit RocksDbTransaction(RocksDbStore::State& store);
  ~RocksDbTransaction() override;

  absl::StatusOr<std::optional<Bytes>> Get(BytesView key) override;
  absl::Status Scan(BytesView begin, BytesView end, std::size_t rows_max,
                    const std::function<bool(BytesView, BytesView)>& row) override;
  void ReadAhead(std::vector<Bytes>&& keys) override;
  void Put(BytesView key, BytesView value) override { own().Write(key, Bytes(value)); }
  void Erase(BytesView key) override { own().Write(key, std::nullopt); }
  void SetSavepoint() override { own().SetSavepoint(); }
  void RollbackToSavepoint() override { own().RollbackToSavepoint(); }
  void ReleaseSavepoint() override { own().ReleaseSavepoint(); }
  bool has_writes() const override { return !own().writes().empty(); }
  bool has_writes_since_savepoint() const override { return own().has_writes_since_savepoint(); }
  CommitOutcome Commit() override;
  CommitOutcome Prepare() override;
  CommitOutcome Write() override;

 private:
  // The next transaction may begin.
  void End();
  // Each key once, in order, whatever the transaction did to it meanwhile.
  void FillBatch(rocksdb::WriteBatch& batch) const;

  Overlay& own() { return writes_->overlay; }
  const Overlay& own() const { return writes_->overlay; }
  // What is written here or in the transaction that is prepared; null where nothing is.
  const std::optional<Bytes>* FindWritten(BytesView key) const;

  RocksDbStore::State& store_;
  const std::shared_ptr<const PreparedWrites> under_;  // null: all before is in the database
  const std::shared_ptr<PreparedWrites> writes_ = std::make_shared<PreparedWrites>();
  RowsAhead ahead_;
  bool ended_ = false;
};

}  // namespace holdfast::server
