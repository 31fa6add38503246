// The open database, shared by the store and its transactions.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "server/store/overlay.h"
#include "server/store/rocksdb_store.h"
#include "server/store/row_cache.h"
#include "server/store/store_witness.h"

namespace holdfast::server {

// RocksDB flushes and compacts by itself; when that fails it refuses every write
// from then on. A disk that filled up heals when space returns, nothing else does.
class BackgroundWatch : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override;

  bool held() const { return held_; }      // no space; nothing is written until it heals
  bool broken() const { return broken_; }  // anything else: the process must end
  // Of what broke it: see RocksDbStore::ran_out_of_descriptors.
  bool ran_out() const { return ran_out_; }
  void Note(const rocksdb::Status& failure);

 private:
  std::atomic<bool> held_ = false;
  std::atomic<bool> broken_ = false;
  std::atomic<bool> ran_out_ = false;
};

// The writes of a transaction that is prepared. The transactions after it read them
// here until they are in the database.
struct PreparedWrites {
  enum class Stage : std::uint8_t { kWaiting, kWritten, kFailed };

  Overlay overlay;  // nobody changes it once it is prepared
  std::atomic<Stage> stage = Stage::kWaiting;
};

// What RocksDB says while it opens a store that is only looked at; nothing is written.
class LogEndWatch : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override;

  const std::string& cut() const { return cut_; }  // the first that tells of lost records

 private:
  std::string cut_;  // while opening, which is one thread's
};

struct RocksDbStore::State {
  std::shared_ptr<BackgroundWatch> watch = std::make_shared<BackgroundWatch>();
  std::shared_ptr<LogEndWatch> log_end;   // of one that is only looked at
  std::unique_ptr<StoreWitness> witness;  // null: nobody keeps count
  std::string large_tables;
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::ColumnFamilyHandle* rows = nullptr;
  rocksdb::ColumnFamilyHandle* large = nullptr;
  // Of the committer's thread: one transaction at a time.
  bool transaction_open = false;
  RowCache cache;
  // The newest that was prepared, until the cache has heard of it. Null: none.
  std::shared_ptr<const PreparedWrites> prepared;
  Upkeep upkeep = Upkeep::kAll;  // of SetUpkeep's caller
  // Of whoever writes what is prepared.
  rocksdb::WriteBatch batch;

  // Lets go of what is prepared once its write is over, and answers what is left of it.
  const std::shared_ptr<const PreparedWrites>& SettlePrepared();

  rocksdb::ColumnFamilyHandle* FamilyOf(BytesView key) const {
    return !key.empty() && large_tables.find(key.front()) != std::string::npos ? large : rows;
  }
};

// The typed error of a failed call, saying what to do.
absl::Status StorageError(const rocksdb::Status& status, const std::string& doing);

inline rocksdb::Slice ToSlice(BytesView bytes) { return {bytes.data(), bytes.size()}; }
inline BytesView ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace holdfast::server
