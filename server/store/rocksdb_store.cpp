#include "server/store/rocksdb_store.h"

#include <rocksdb/convenience.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/version.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <utility>
#include <vector>

#include "rules/errors.h"
#include "server/store/rocksdb_options.h"
#include "server/store/rocksdb_transaction.h"
#include "server/store/store_files.h"

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

// RocksDB would begin a new store there and delete what it does not know.
absl::Status Incomplete(const std::string& directory, const std::string& missing) {
  return Refuse(Reason::kStorageFailed, "",
                "the database in " + directory + " is not complete: " + missing +
                    " is missing. Nothing was changed. Put the missing file back, or move the "
                    "directory aside, without deleting it, and put back the newest backup; the "
                    "devices send again what is newer");
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

// RocksDB tells of records that it leaves out in words alone.
void LogEndWatch::Logv(const char* format, va_list arguments) {
  char line[512];
  (void)std::vsnprintf(line, sizeof line, format, arguments);
  if (cut_.empty() && std::string_view(line).find(": dropping ") != std::string_view::npos) {
    cut_ = line;
  }
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
  HOLDFAST_ASSIGN_OR_RETURN(const FoundStore found, LookForStore(options.directory));
  if (found.files == StoreFiles::kPartial) return Incomplete(options.directory, found.missing);
  if (found.files == StoreFiles::kWhole) HOLDFAST_RETURN_IF_ERROR(SyncLogs(options.directory));
  auto state = std::make_unique<State>();
  state->large_tables = options.large_tables;
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DBOptions how = DatabaseOptions(state->watch, options.open_files_max);
  how.create_if_missing = found.files == StoreFiles::kNone;
  const rocksdb::Status status = rocksdb::DB::Open(
      how, options.directory, Families(std::min(options.unwritten_bytes_max, kUnwrittenBytesMax)),
      &families, &db);
  if (!status.ok()) return OpenError(status, options.directory);
  state->db.reset(db);
  state->rows = families[0];
  state->large = families[1];
  return std::unique_ptr<RocksDbStore>(new RocksDbStore(std::move(state)));
}

absl::StatusOr<std::unique_ptr<RocksDbStore>> RocksDbStore::OpenToRead(
    const RocksDbOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const FoundStore found, LookForStore(options.directory));
  if (found.files != StoreFiles::kWhole) {
    return Incomplete(options.directory, found.missing.empty() ? "every file" : found.missing);
  }
  auto state = std::make_unique<State>();
  state->large_tables = options.large_tables;
  state->log_end = std::make_shared<LogEndWatch>();
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DBOptions how = DatabaseOptions(state->watch, options.open_files_max);
  how.create_if_missing = false;
  how.create_missing_column_families = false;
  how.info_log = state->log_end;
  auto wanted = Families(std::min(options.unwritten_bytes_max, kUnwrittenBytesMax));
  std::vector<std::string> made;
  // One that was killed while it was begun has the first family alone, and no row.
  if (rocksdb::DB::ListColumnFamilies(how, options.directory, &made).ok() && made.size() == 1) {
    wanted.pop_back();
    state->large_tables.clear();
  }
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(how, options.directory, wanted, &families, &db);
  if (!status.ok()) return OpenError(status, options.directory);
  state->db.reset(db);
  state->rows = families[0];
  if (families.size() > 1) state->large = families[1];
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

absl::Status RocksDbStore::VerifyFiles() {
  const rocksdb::Status status = state_->db->VerifyFileChecksums(rocksdb::ReadOptions());
  return status.ok() ? absl::OkStatus() : StorageError(status, "verify the files");
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
    stats.background_table_bytes += value(family, Properties::kEstimatePendingCompactionBytes);
  }
  stats.large_bytes = value(state_->large, Properties::kTotalBlobFileSize);
  stats.large_dead_bytes = value(state_->large, Properties::kLiveBlobFileGarbageSize);
  stats.writes_held = state_->watch->held();
  stats.background_table_bytes += stats.memory_bytes;
  // A compaction copies the live part of the oldest files with values too; where most of them
  // are dead that is little.
  const std::uint64_t live =
      stats.large_bytes - std::min(stats.large_bytes, stats.large_dead_bytes);
  stats.background_bytes =
      stats.background_table_bytes + std::min(live, stats.large_bytes / kLargeCopiedAtOnce);
  return stats;
}

void RocksDbStore::SetUpkeep(Upkeep upkeep) {
  if (std::exchange(state_->upkeep, upkeep) == upkeep) return;
  const char* const held = upkeep == Upkeep::kNone ? "true" : "false";
  const char* const collects = upkeep == Upkeep::kAll ? "true" : "false";
  (void)state_->db->SetOptions(state_->rows, {{"disable_auto_compactions", held}});
  (void)state_->db->SetOptions(state_->large, {{"enable_blob_garbage_collection", collects},
                                               {"disable_auto_compactions", held}});
}

StoreReach RocksDbStore::reach() const {
  return {state_->db->GetLatestSequenceNumber(),
          state_->log_end ? state_->log_end->cut() : std::string()};
}

absl::Status RocksDbStore::KeepWitness(const std::string& path, const std::string& told) {
  HOLDFAST_ASSIGN_OR_RETURN(state_->witness,
                            StoreWitness::Open(path, state_->db->GetLatestSequenceNumber(), told));
  return absl::OkStatus();
}

void RocksDbStore::SyncWitness() {
  if (state_->witness) state_->witness->Sync();
}

std::string RocksDbRunning() { return rocksdb::GetRocksVersionAsString(true); }

std::string RocksDbBuiltWith() {
  return std::to_string(ROCKSDB_MAJOR) + "." + std::to_string(ROCKSDB_MINOR) + "." +
         std::to_string(ROCKSDB_PATCH);
}

bool RocksDbStore::ran_out_of_descriptors() const { return state_->watch->ran_out(); }

}  // namespace holdfast::server
