#include "server/store/rocksdb_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>

namespace holdfast::server {
namespace {

rocksdb::BlockBasedTableOptions TableOptions(std::shared_ptr<rocksdb::Cache> cache) {
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;  // pinned: a newer library keeps writing what an older one reads
  table.block_size = std::uint64_t{16} * 1024;
  table.block_cache = std::move(cache);
  table.cache_index_and_filter_blocks = true;
  // Nearly all reads ask for one row.
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  // Most look-ups of a send ask for an envelope id that is not there.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
  return table;
}

bool HasLz4() {
  const auto supported = rocksdb::GetSupportedCompressions();
  return std::ranges::find(supported, rocksdb::kLZ4Compression) != supported.end();
}

rocksdb::ColumnFamilyOptions CommonFamily(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(TableOptions(cache)));
  // Headers of one bond repeat; sealed bytes do not shrink and are skipped quickly.
  family.compression = HasLz4() ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  family.level_compaction_dynamic_level_bytes = true;
  return family;
}

}  // namespace

rocksdb::DBOptions DatabaseOptions(std::shared_ptr<rocksdb::EventListener> listener,
                                   int open_files_max) {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  // What follows the last synced batch may be torn after a power loss, in any
  // order of its pages; all before it is whole.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.track_and_verify_wals_in_manifest = true;
  // Else nothing of RocksDB's ever looks at a whole file with large values.
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // Opening must be possible on a full disk, where the log cannot be written out
  // once more: what it holds stays in memory and in the log.
  options.avoid_flush_during_recovery = true;
  options.max_total_wal_size = kLogBytesMax;
  options.max_background_jobs = 2;
  options.max_open_files = open_files_max;
  options.bytes_per_sync = 1u << 20;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.max_log_file_size = kDiaryFileBytesMax;
  options.keep_log_file_num = kDiaryFilesMax;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.listeners.push_back(std::move(listener));
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> Families(std::size_t unwritten_bytes_max) {
  const auto cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  rocksdb::ColumnFamilyOptions rows = CommonFamily(cache);
  rows.write_buffer_size = unwritten_bytes_max / kRowsShareOfBuffers;
  rows.memtable_whole_key_filtering = true;
  rows.memtable_prefix_bloom_size_ratio = kMemoryFilterRatio;
  rocksdb::ColumnFamilyOptions large = CommonFamily(cache);
  large.write_buffer_size = unwritten_bytes_max - rows.write_buffer_size;
  large.enable_blob_files = true;
  large.min_blob_size = 0;
  large.blob_file_size = kLargeFileBytes;
  large.blob_compression_type = rocksdb::kNoCompression;
  large.enable_blob_garbage_collection = true;
  large.blob_garbage_collection_age_cutoff = 1.0 / kLargeCopiedAtOnce;
  return {{rocksdb::kDefaultColumnFamilyName, rows}, {kLargeFamily, large}};
}

}  // namespace holdfast::server
