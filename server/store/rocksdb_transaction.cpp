#include "server/store/rocksdb_transaction.h"

#include <cstdlib>
#include <utility>

#include "rules/errors.h"

namespace holdfast::server {
namespace {

// A batch whose memory grew beyond this is not kept for the next transaction.
constexpr std::size_t kSpareBatchBytesMax = 16u << 20;

std::unique_ptr<rocksdb::WriteBatchWithIndex> NewBatch() {
  constexpr bool kOverwriteKey = true;
  return std::make_unique<rocksdb::WriteBatchWithIndex>(rocksdb::BytewiseComparator(), 0,
                                                        kOverwriteKey);
}

}  // namespace

RocksDbTransaction::RocksDbTransaction(RocksDbStore::State& store)
    : store_(store), batch_(store.spare ? std::move(store.spare) : NewBatch()) {
  if (store_.transaction_open) std::abort();  // two writers: serialisability would be a lie
  store_.transaction_open = true;
}

RocksDbTransaction::~RocksDbTransaction() {
  End();
  if (batch_->GetWriteBatch()->GetDataSize() > kSpareBatchBytesMax) return;
  batch_->Clear();
  store_.spare = std::move(batch_);
}

absl::StatusOr<std::optional<Bytes>> RocksDbTransaction::Get(BytesView key) {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = batch_->GetFromBatchAndDB(
      store_.db.get(), rocksdb::ReadOptions(), store_.FamilyOf(key), ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return StorageError(status, "read");
  return std::optional<Bytes>(std::in_place, value.data(), value.size());
}

absl::Status RocksDbTransaction::Scan(BytesView begin, BytesView end, std::size_t rows_max,
                                      const std::function<bool(BytesView, BytesView)>& row) {
  if (begin >= end) return absl::OkStatus();
  const rocksdb::Slice upper = ToSlice(end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper;
  rocksdb::ColumnFamilyHandle* family = store_.FamilyOf(begin);
  const std::unique_ptr<rocksdb::Iterator> at(
      batch_->NewIteratorWithBase(family, store_.db->NewIterator(options, family), &options));
  at->Seek(ToSlice(begin));
  for (std::size_t seen = 0; seen < rows_max && at->Valid(); ++seen, at->Next()) {
    // The batch's own rows know no upper bound.
    if (ToView(at->key()) >= end || !row(ToView(at->key()), ToView(at->value()))) break;
  }
  return at->status().ok() ? absl::OkStatus() : StorageError(at->status(), "read");
}

void RocksDbTransaction::Put(BytesView key, BytesView value) {
  written_since_savepoint_ = true;
  if (!batch_->Put(store_.FamilyOf(key), ToSlice(key), ToSlice(value)).ok()) std::abort();
}

void RocksDbTransaction::Erase(BytesView key) {
  written_since_savepoint_ = true;
  if (!batch_->Delete(store_.FamilyOf(key), ToSlice(key)).ok()) std::abort();
}

void RocksDbTransaction::SetSavepoint() {
  if (savepoint_set_ && !written_since_savepoint_) return;
  if (savepoint_set_) (void)batch_->PopSavePoint();
  batch_->SetSavePoint();
  savepoint_set_ = true;
  written_since_savepoint_ = false;
}

void RocksDbTransaction::RollbackToSavepoint() {
  // Rolling back makes the batch's whole index anew: not for nothing.
  if (!savepoint_set_ || !written_since_savepoint_) return;
  if (!batch_->RollbackToSavePoint().ok()) std::abort();
  savepoint_set_ = false;
  written_since_savepoint_ = false;
}

bool RocksDbTransaction::has_writes() const { return batch_->GetWriteBatch()->Count() != 0; }

void RocksDbTransaction::End() {
  if (!std::exchange(ended_, true)) store_.transaction_open = false;
}

CommitOutcome RocksDbTransaction::Commit() {
  End();
  if (!has_writes()) return CommitOutcome::kCommitted;
  if (store_.watch->broken()) return CommitOutcome::kUnknown;
  if (store_.watch->held()) return CommitOutcome::kNotCommitted;
  rocksdb::WriteOptions options;
  options.sync = true;
  // A write that failed may be in the log or not, also when the disk was full.
  return store_.db->Write(options, batch_->GetWriteBatch()).ok() ? CommitOutcome::kCommitted
                                                                 : CommitOutcome::kUnknown;
}

}  // namespace holdfast::server
