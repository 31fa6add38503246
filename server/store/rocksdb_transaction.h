// A transaction over RocksDB: one indexed write batch, written and synced at once.
#pragma once

#include <memory>

#include "server/store/rocksdb_state.h"

namespace holdfast::server {

class RocksDbTransaction : public Transaction {
 public:
  explicit RocksDbTransaction(RocksDbStore::State& store);
  ~RocksDbTransaction() override;

  absl::StatusOr<std::optional<Bytes>> Get(BytesView key) override;
  absl::Status Scan(BytesView begin, BytesView end, std::size_t rows_max,
                    const std::function<bool(BytesView, BytesView)>& row) override;
  void Put(BytesView key, BytesView value) override;
  void Erase(BytesView key) override;
  void SetSavepoint() override;
  void RollbackToSavepoint() override;
  bool has_writes() const override;
  CommitOutcome Commit() override;

 private:
  // The next transaction may begin.
  void End();

  RocksDbStore::State& store_;
  std::unique_ptr<rocksdb::WriteBatchWithIndex> batch_;
  bool ended_ = false;
  bool savepoint_set_ = false;
  bool written_since_savepoint_ = false;
};

}  // namespace holdfast::server
