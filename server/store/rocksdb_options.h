// How the database is laid out and tuned; nothing outside the store includes this.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>

#include <memory>
#include <vector>

namespace holdfast::server {

inline constexpr char kLargeFamily[] = "large";

// Reads of the hot tables (devices, bonds, heads) come from here.
inline constexpr std::size_t kBlockCacheBytes = 64u << 20;
// Written in one go when full: about a minute of sends at the top rate. Of rows and
// large values together; rows get a third.
inline constexpr std::size_t kRowsShareOfBuffers = 3;
// Of the buffer: a filter over the keys in it, for the look-ups that find nothing.
inline constexpr double kMemoryFilterRatio = 0.02;
// The log that a restart reads at most.
inline constexpr std::uint64_t kLogBytesMax = 256u << 20;
inline constexpr std::uint64_t kLargeFileBytes = 64u << 20;
// The oldest quarter of the files with values is looked through for dead ones.
inline constexpr std::uint64_t kLargeCopiedAtOnce = 4;
// RocksDB's own diary (not the log of writes): no contents, bounded.
inline constexpr std::size_t kDiaryFileBytesMax = 1u << 20;
inline constexpr std::size_t kDiaryFilesMax = 2;

rocksdb::DBOptions DatabaseOptions(std::shared_ptr<rocksdb::EventListener> listener,
                                   int open_files_max);
// The default family (rows) and the large one (values in files of their own).
std::vector<rocksdb::ColumnFamilyDescriptor> Families(std::size_t unwritten_bytes_max);

}  // namespace holdfast::server
