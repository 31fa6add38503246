// RocksDB with the product's options and nothing of the product above it.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "bench/recording_store.h"

namespace holdfast::bench {

class BareDatabase {
 public:
  explicit BareDatabase(const std::filesystem::path& directory);
  ~BareDatabase();
  BareDatabase(const BareDatabase&) = delete;
  BareDatabase& operator=(const BareDatabase&) = delete;

  // All of it at once, synced.
  void Replay(const Batch& batch);

  // Neither logged nor synced: to be kept, it needs a Flush at the end.
  void Fill(BytesView key, BytesView value);
  void Flush();

 private:
  rocksdb::ColumnFamilyHandle* FamilyOf(BytesView key) const;
  void WriteFilling();

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  rocksdb::WriteBatch filling_;
};

}  // namespace holdfast::bench
