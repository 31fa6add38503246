#include "bench/batch_entry.h"

#include "bench/meter.h"
#include "server/core/tables.h"
#include "server/store/rocksdb_options.h"
#include "server/store/rocksdb_state.h"

namespace holdfast::bench {
namespace {

constexpr int kOpenFilesMax = 512;  // as the practice has them

void MustBeOk(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error("the bare database: " + status.ToString());
}

class BareDatabase {
 public:
  explicit BareDatabase(const std::filesystem::path& directory) {
    rocksdb::DB* db = nullptr;
    MustBeOk(rocksdb::DB::Open(
        server::DatabaseOptions(std::make_shared<server::BackgroundWatch>(), kOpenFilesMax),
        directory.string(), server::Families(server::kUnwrittenBytesMax), &families_, &db));
    db_.reset(db);
  }
  ~BareDatabase() {
    for (rocksdb::ColumnFamilyHandle* family : families_) {
      (void)db_->DestroyColumnFamilyHandle(family);
    }
    (void)db_->Close();
  }
  BareDatabase(const BareDatabase&) = delete;
  BareDatabase& operator=(const BareDatabase&) = delete;

  void Replay(const Batch& batch) {
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

 private:
  rocksdb::ColumnFamilyHandle* FamilyOf(const Bytes& key) const {
    return families_[server::kLargeTables.find(key.front()) == std::string_view::npos ? 0 : 1];
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

}  // namespace

void BatchEntry::Round() {
  const RecordedSends& recorded = setting_.recorded();
  const auto directory = setting_.directory() / "bare";
  {
    BareDatabase database(directory);
    const Meter meter;
    for (const Batch& batch : recorded.batches) database.Replay(batch);
    const Cost cost = meter.Stop();
    const auto sends = static_cast<double>(recorded.sends);
    cpu_s_.push_back(cost.cpu_s / sends);
    per_s_.push_back(sends / cost.wall_s);
  }
  std::filesystem::remove_all(directory);
}

void BatchEntry::Report(Table& table) const {
  const RecordedSends& recorded = setting_.recorded();
  table.Add(
      {"batch entry, bare RocksDB", "us CPU", Microseconds(cpu_s_), {}, "memtable and log writes"});
  table.Add({"batch entries, one thread", "entries/s", per_s_, {}, "the sync of each batch"});
  table.Add({"written for one send", "bytes", {recorded.BytesPerSend()}, {}, ""});
  table.Add({"sends in one batch, as recorded",
             "sends",
             {recorded.SendsPerBatch()},
             {},
             "what arrives while the batch before is synced"});
}

}  // namespace holdfast::bench
