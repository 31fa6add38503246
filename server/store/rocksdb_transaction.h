// A transaction over RocksDB: its writes are collected, then written and synced
// as one batch.
#pragma once

#include "server/store/overlay.h"
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
  void Put(BytesView key, BytesView value) override { overlay_.Write(key, Bytes(value)); }
  void Erase(BytesView key) override { overlay_.Write(key, std::nullopt); }
  void SetSavepoint() override { overlay_.SetSavepoint(); }
  void RollbackToSavepoint() override { overlay_.RollbackToSavepoint(); }
  bool has_writes() const override { return !overlay_.writes().empty(); }
  bool has_writes_since_savepoint() const override { return overlay_.has_writes_since_savepoint(); }
  CommitOutcome Commit() override;

 private:
  // The next transaction may begin.
  void End();
  // Each key once, in order, whatever the transaction did to it meanwhile.
  void FillBatch(rocksdb::WriteBatch& batch) const;

  RocksDbStore::State& store_;
  Overlay overlay_;
  RowsAhead ahead_;
  bool ended_ = false;
};

}  // namespace holdfast::server
