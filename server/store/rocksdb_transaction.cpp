#include "server/store/rocksdb_transaction.h"

#include <cstdlib>
#include <utility>

#include "rules/errors.h"

namespace holdfast::server {
namespace {

class BaseRows {
 public:
  explicit BaseRows(rocksdb::Iterator& at) : at_(at) {}
  bool Valid() const { return at_.Valid(); }
  BytesView key() const { return ToView(at_.key()); }
  BytesView value() const { return ToView(at_.value()); }
  void Next() { at_.Next(); }

 private:
  rocksdb::Iterator& at_;
};

}  // namespace

RocksDbTransaction::RocksDbTransaction(RocksDbStore::State& store)
    : store_(store), under_(store.SettlePrepared()) {
  if (store_.transaction_open) std::abort();  // two writers: serialisability would be a lie
  store_.transaction_open = true;
}

RocksDbTransaction::~RocksDbTransaction() { End(); }

const std::optional<Bytes>* RocksDbTransaction::FindWritten(BytesView key) const {
  const std::optional<Bytes>* found = own().Find(key);
  return found == nullptr && under_ ? under_->overlay.Find(key) : found;
}

absl::StatusOr<std::optional<Bytes>> RocksDbTransaction::Get(BytesView key) {
  if (const std::optional<Bytes>* written = FindWritten(key)) return *written;
  if (const RowsAhead::Row* row = ahead_.Find(key)) return row->ToBytes();
  if (const Bytes* cached = store_.cache.Find(key)) return std::optional<Bytes>(*cached);
  rocksdb::PinnableSlice value;
  rocksdb::ColumnFamilyHandle* family = store_.FamilyOf(key);
  const rocksdb::Status status =
      store_.db->Get(rocksdb::ReadOptions(), family, ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (status.IsCorruption()) {
    return Refuse(Reason::kStorageFailed, kDamagedRow,
                  std::string(StorageError(status, "read").message()));
  }
  if (!status.ok()) return StorageError(status, "read");
  if (family == store_.rows) store_.cache.Keep(key, ToView(value));
  return std::optional<Bytes>(std::in_place, value.data(), value.size());
}

void RocksDbTransaction::ReadAhead(std::vector<Bytes>&& keys) {
  std::erase_if(keys, [&](const Bytes& key) {
    return store_.FamilyOf(key) != store_.rows || FindWritten(key) != nullptr ||
           store_.cache.Find(key) != nullptr || ahead_.Holds(key);
  });
  ahead_.Read(*store_.db, store_.rows, std::move(keys));
}

absl::Status RocksDbTransaction::Scan(BytesView begin, BytesView end, std::size_t rows_max,
                                      const std::function<bool(BytesView, BytesView)>& row) {
  if (begin >= end) return absl::OkStatus();
  const rocksdb::Slice upper = ToSlice(end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> at(
      store_.db->NewIterator(options, store_.FamilyOf(begin)));
  at->Seek(ToSlice(begin));
  BaseRows base(*at);
  if (under_) {
    OverlaidRows<BaseRows> prepared(under_->overlay, base, begin, end);
    ScanMerged(own(), prepared, begin, end, rows_max, row);
  } else {
    ScanMerged(own(), base, begin, end, rows_max, row);
  }
  return at->status().ok() ? absl::OkStatus() : StorageError(at->status(), "read");
}

void RocksDbTransaction::End() {
  if (!std::exchange(ended_, true)) store_.transaction_open = false;
}

void RocksDbTransaction::FillBatch(rocksdb::WriteBatch& batch) const {
  for (const auto& [key, value] : own().writes()) {
    rocksdb::ColumnFamilyHandle* family = store_.FamilyOf(key);
    const rocksdb::Status status = value ? batch.Put(family, ToSlice(key), ToSlice(*value))
                                         : batch.Delete(family, ToSlice(key));
    if (!status.ok()) std::abort();  // only a batch of 4 GiB is refused
  }
}

CommitOutcome RocksDbTransaction::Commit() {
  const CommitOutcome prepared = Prepare();
  return prepared == CommitOutcome::kCommitted ? Write() : prepared;
}

CommitOutcome RocksDbTransaction::Prepare() {
  End();
  if (!has_writes()) return CommitOutcome::kCommitted;
  const bool is_on_nothing = under_ && under_->stage == PreparedWrites::Stage::kFailed;
  if (is_on_nothing || store_.watch->broken()) return CommitOutcome::kUnknown;
  if (store_.watch->held()) return CommitOutcome::kNotCommitted;
  store_.SettlePrepared();
  if (store_.prepared) std::abort();  // what is prepared before would be lost from sight
  store_.prepared = writes_;
  return CommitOutcome::kCommitted;
}

CommitOutcome RocksDbTransaction::Write() {
  if (!has_writes()) return CommitOutcome::kCommitted;
  store_.batch.Clear();  // keeps its memory
  FillBatch(store_.batch);
  rocksdb::WriteOptions options;
  options.sync = true;
  // A write that failed may be in the log or not, also when the disk was full.
  if (const auto written = store_.db->Write(options, &store_.batch); !written.ok()) {
    store_.watch->Note(written);
    writes_->stage = PreparedWrites::Stage::kFailed;
    return CommitOutcome::kUnknown;
  }
  if (store_.witness) store_.witness->Note(store_.db->GetLatestSequenceNumber());
  writes_->stage = PreparedWrites::Stage::kWritten;
  return CommitOutcome::kCommitted;
}

}  // namespace holdfast::server
