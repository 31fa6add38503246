// The practice's store: one RocksDB database with one log, synced at every commit.
// It is serialisable by being the only writer: one transaction is open at a time,
// all on one thread (the committer's), and at most one before it is prepared and not
// yet written. The other methods are for any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/store/store.h"

namespace holdfast::server {

// What lies in memory and in the log alone until it is written to files in one go,
// unless the disk is too small for that.
inline constexpr std::uint64_t kUnwrittenBytesMax = std::uint64_t{96} << 20;

struct RocksDbOptions {
  // Made if it does not exist; its parent must. A store is begun in it only where none
  // of another one's files lies there.
  std::string directory;
  // The first key bytes of tables whose values are large and seldom erased. They
  // lie where compaction need not copy them. A scan stays on one side. Fixed for
  // the life of the database.
  std::string large_tables;
  int open_files_max = 512;  // tables kept open; more are opened again when they are read
  // At most kUnwrittenBytesMax. Writing it to files takes up to twice as much of the
  // disk, at a moment of the store's choosing: keep that free.
  std::uint64_t unwritten_bytes_max = kUnwrittenBytesMax;
};

// How far what was found reaches.
struct StoreReach {
  std::uint64_t newest_write = 0;  // counts every row that was ever written
  // Why the log was read no further, in RocksDB's words; empty: it ends as it should.
  std::string cut;
};

// Approximate sizes for operators, in bytes and rows.
struct RocksDbStats {
  std::uint64_t table_bytes = 0;  // sorted files: everything but the large values
  std::uint64_t large_bytes = 0;  // live and dead large values
  std::uint64_t large_dead_bytes = 0;
  std::uint64_t memory_bytes = 0;  // written, in the log, not yet in a file
  std::uint64_t rows = 0;          // estimated
  bool writes_held = false;        // the disk filled up in the background; nothing is written
  // What flushing and compacting may write at any moment, by its own estimate; of that,
  // without large values.
  std::uint64_t background_bytes = 0;
  std::uint64_t background_table_bytes = 0;
};

// What the store does by itself, beside writing out what lies in memory.
enum class Upkeep : std::uint8_t {
  kAll,
  kTables,  // compacts tables, which gives back what was erased, and copies no large values
  kNone,
};

class RocksDbStore : public Store {
 public:
  // Refusals, each saying what to do: storage_failed (locked by another process,
  // damaged, not readable, a part of a store), storage_full, newer_format (written by a
  // newer version).
  static absl::StatusOr<std::unique_ptr<RocksDbStore>> Open(const RocksDbOptions& options);
  // An existing one, to look at: changes no file. Nothing may be committed. The same
  // refusals, but for the lock, which it does not take.
  static absl::StatusOr<std::unique_ptr<RocksDbStore>> OpenToRead(const RocksDbOptions& options);
  ~RocksDbStore() override;

  std::unique_ptr<Transaction> Begin() override;

  // A consistent copy of everything committed, in a directory that does not exist
  // yet. Hard links where the file system allows. The same refusals as Open.
  absl::Status Checkpoint(const std::string& directory);
  // Whether each file is as it was written, those with large values too, where a version
  // wrote it that keeps their checksums. Reads them all.
  absl::Status VerifyFiles();
  // Rewrites everything into its smallest form. For measuring and for operators;
  // takes as long as it takes.
  absl::Status Compact();
  RocksDbStats Stats() const;
  // Compacting needs room for a copy. kAll from the beginning; repeatable, one thread. What
  // runs is not ended.
  void SetUpkeep(Upkeep upkeep);
  StoreReach reach() const;
  // From now on each commit is noted in that file (store_witness.h), which is made, or
  // taken over; `told` as there. Between two transactions.
  absl::Status KeepWitness(const std::string& path, const std::string& told);
  // Makes durable what was noted there. Now and then, and not where somebody waits.
  void SyncWitness();
  // A write failed for want of descriptors and nothing else: the disk is sound, and a
  // new start finds everything that was committed.
  bool ran_out_of_descriptors() const;

 private:
  struct State;
  explicit RocksDbStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;

  friend class RocksDbTransaction;
};

// Of the library: as it runs, and what this was built with.
std::string RocksDbRunning();
std::string RocksDbBuiltWith();

}  // namespace holdfast::server
