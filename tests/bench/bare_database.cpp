#include "bench/bare_database.h"

#include <stdexcept>

#include "server/core/records/tables.h"
#include "server/store/rocksdb_options.h"
#include "server/store/rocksdb_state.h"

namespace holdfast::bench {
namespace {

constexpr int kOpenFilesMax = 512;  // as the practice has them
constexpr std::size_t kFillBytes = std::size_t{1} << 20;

void MustBeOk(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error("the bare database: " + status.ToString());
}

}  // namespace

BareDatabase::BareDatabase(const std::filesystem::path& directory) {
  rocksdb::DB* db = nullptr;
  MustBeOk(rocksdb::DB::Open(
      server::DatabaseOptions(std::make_shared<server::BackgroundWatch>(), kOpenFilesMax),
      directory.string(), server::Families(server::kUnwrittenBytesMax), &families_, &db));
  db_.reset(db);
}

BareDatabase::~BareDatabase() {
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    (void)db_->DestroyColumnFamilyHandle(family);
  }
  (void)db_->Close();
}

void BareDatabase::Replay(const Batch& batch) {
  rocksdb::WriteBatch writes;
  for (const Write& write : batch) {
    rocksdb::ColumnFamilyHandle* family = FamilyOf(write.key);
    const rocksdb::Slice key = server::ToSlice(write.key);
    MustBeOk(write.value ? writes.Put(family, key, server::ToSlice(*write.value))
                         : writes.Delete(family, key));
  }
  rocksdb::WriteOptions synced;
  synced.sync = true;
  MustBeOk(db_->Write(synced, &writes));
}

void BareDatabase::Fill(BytesView key, BytesView value) {
  MustBeOk(filling_.Put(FamilyOf(key), server::ToSlice(key), server::ToSlice(value)));
  if (filling_.GetDataSize() >= kFillBytes) WriteFilling();
}

void BareDatabase::Flush() {
  WriteFilling();
  MustBeOk(db_->Flush(rocksdb::FlushOptions(), families_));
}

void BareDatabase::WriteFilling() {
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;
  MustBeOk(db_->Write(unlogged, &filling_));
  filling_.Clear();
}

rocksdb::ColumnFamilyHandle* BareDatabase::FamilyOf(BytesView key) const {
  return families_[server::kLargeTables.find(key.front()) == std::string_view::npos ? 0 : 1];
}

}  // namespace holdfast::bench
