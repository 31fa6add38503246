#include "server/store/rocksdb_store.h"

#include <rocksdb/convenience.h>
#include <rocksdb/utilities/checkpoint.h>

#include <utility>
#include <vector>

#include "rules/errors.h"
#include "server/store/rocksdb_options.h"
#include "server/store/rocksdb_transaction.h"

namespace holdfast::server {
namespace {

bool Mentions(const rocksdb::Status& status, std::string_view words) {
  return status.ToString().find(words) != std::string::npos;
}

absl::Status OpenError(const rocksdb::Status& status, const std::string& directory) {
  if (status.IsNotSupported() || Mentions(status, "Column families not opened") ||
      Mentions(status, "nknown format version")) {
    return Refuse(Reason::kNewerFormat, "",
                  "the database in " + directory +
                      " was written by a newer version of Holdfast. Install that version, or "
                      "restore a backup made by this one");
  }
  if (status.IsIOError() && Mentions(status, "LOCK")) {
    return Refuse(Reason::kStorageFailed, "",
                  "the database in " + directory +
                      " is in use by another process. Stop the other holdfastd first");
  }
  return StorageError(status, "open the database in " + directory);
}

}  // namespace

absl::Status StorageError(const rocksdb::Status& status, const std::string& doing) {
  const std::string what = "could not " + doing + " (" + status.ToString() + "). ";
  if (status.IsNoSpace()) {
    return Refuse(Reason::kStorageFull, "", what + "Make room on the disk, then try again");
  }
  if (status.IsCorruption()) {
    return Refuse(Reason::kStorageFailed, "",
                  what +
                      "The files are damaged: keep a copy of them, check the disk, and restore "
                      "the newest backup; the devices send again what is newer");
  }
  return Refuse(Reason::kStorageFailed, "",
                what + "Check the disk, the directory and its permissions");
}

// RocksDB keeps only the words of such an error.
void BackgroundWatch::Note(const rocksdb::Status& failure) {
  if (failure.IsIOError() && Mentions(failure, "Too many open files")) ran_out_ = true;
}

void BackgroundWatch::OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) {
  Note(*error);
  (error->IsNoSpace() ? held_ : broken_) = true;
}

void BackgroundWatch::OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) {
  if (info.new_bg_error.ok()) held_ = false;
}

const std::shared_ptr<const PreparedWrites>& RocksDbStore::State::SettlePrepared() {
  if (!prepared || prepared->stage == PreparedWrites::Stage::kWaiting) return prepared;
  const bool is_written = prepared->stage == PreparedWrites::Stage::kWritten;
  for (const auto& [key, value] : prepared->overlay.writes()) {
    cache.Committed(key, is_written && value ? &*value : nullptr);
  }
  prepared.reset();
  return prepared;
}

RocksDbStore::RocksDbStore(std::unique_ptr<State> state) : state_(std::move(state)) {}

RocksDbStore::~RocksDbStore() {
  State& state = *state_;
  for (rocksdb::ColumnFamilyHandle* family : {state.rows, state.large}) {
    if (family != nullptr) (void)state.db->DestroyColumnFamilyHandle(family);
  }
  if (state.db) (void)state.db->Close();
}

absl::StatusOr<std::unique_ptr<RocksDbStore>> RocksDbStore::Open(const RocksDbOptions& options) {
  auto state = std::make_unique<State>();
  state->large_tables = options.large_tables;
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  const rocksdb::Status status = rocksdb::DB::Open(
      DatabaseOptions(state->watch, options.open_files_max), options.directory,
      Families(std::min(options.unwritten_bytes_max, kUnwrittenBytesMax)), &families, &db);
  if (!status.ok()) return OpenError(status, options.directory);
  state->db.reset(db);
  state->rows = families[0];
  state->large = families[1];
  return std::unique_ptr<RocksDbStore>(new RocksDbStore(std::move(state)));
}

std::unique_ptr<Transaction> RocksDbStore::Begin() {
  return std::make_unique<RocksDbTransaction>(*state_);
}

absl::Status RocksDbStore::Checkpoint(const std::string& directory) {
  rocksdb::Checkpoint* raw = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(state_->db.get(), &raw);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
  if (status.ok()) status = checkpoint->CreateCheckpoint(directory);
  return status.ok() ? absl::OkStatus() : StorageError(status, "write a copy to " + directory);
}

absl::Status RocksDbStore::Compact() {
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.blob_garbage_collection_policy = rocksdb::BlobGarbageCollectionPolicy::kForce;
  options.blob_garbage_collection_age_cutoff = 1.0;
  for (rocksdb::ColumnFamilyHandle* family : {state_->rows, state_->large}) {
    rocksdb::Status status = state_->db->Flush(rocksdb::FlushOptions(), family);
    if (status.ok()) status = state_->db->CompactRange(options, family, nullptr, nullptr);
    if (!status.ok()) return StorageError(status, "compact the database");
  }
  return absl::OkStatus();
}

RocksDbStats RocksDbStore::Stats() const {
  const auto value = [&](rocksdb::ColumnFamilyHandle* family, const std::string& name) {
    std::uint64_t number = 0;
    return state_->db->GetIntProperty(family, name, &number) ? number : 0;
  };
  using Properties = rocksdb::DB::Properties;
  RocksDbStats stats;
  for (rocksdb::ColumnFamilyHandle* family : {state_->rows, state_->large}) {
    stats.table_bytes += value(family, Properties::kTotalSstFilesSize);
    stats.memory_bytes += value(family, Properties::kCurSizeAllMemTables);
    stats.rows += value(family, Properties::kEstimateNumKeys);
  }
  stats.large_bytes = value(state_->large, Properties::kTotalBlobFileSize);
  stats.large_dead_bytes = value(state_->large, Properties::kLiveBlobFileGarbageSize);
  stats.writes_held = state_->watch->held();
  return stats;
}

bool RocksDbStore::ran_out_of_descriptors() const { return state_->watch->ran_out(); }

}  // namespace holdfast::server
