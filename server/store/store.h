// Ordered keys with transactions: all that the core knows of storage. RocksDB for
// the practice, memory for the simulation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

namespace holdfast::server {

enum class CommitOutcome : std::uint8_t {
  kCommitted,     // durable: survives kill -9 and power loss
  kConflict,      // nothing was written; run the batch again
  kNotCommitted,  // nothing was written and nothing will be (e.g. no space)
  kUnknown,       // a write failed half-way: nobody knows. On RocksDB the process ends
};

// Reads see the transaction's own writes. Used by one thread; once it is
// prepared, by the one that writes it. Destroyed without Commit or Prepare, it leaves nothing
// behind. Serialisable over everything read, ranges included.
inline constexpr std::string_view kDamagedRow = "row";

class Transaction {
 public:
  virtual ~Transaction() = default;

  // nullopt where the key does not exist; storage_failed where reading fails, naming
  // kDamagedRow where the value is not as it was written: another try reads no better.
  virtual absl::StatusOr<std::optional<Bytes>> Get(BytesView key) = 0;

  // Calls `row` for each key in [begin, end) in ascending byte order until it
  // returns false or `rows_max` rows were seen. The views are valid only inside
  // the call, in which nothing may be written.
  virtual absl::Status Scan(BytesView begin, BytesView end, std::size_t rows_max,
                            const std::function<bool(BytesView key, BytesView value)>& row) = 0;

  // These rows will be asked for soon, each by itself: reading them together costs
  // less. A hint that changes nothing and cannot fail.
  virtual void ReadAhead(std::vector<Bytes>&& keys) { keys.clear(); }

  virtual void Put(BytesView key, BytesView value) = 0;
  virtual void Erase(BytesView key) = 0;

  // Savepoints stand in one another. Rolling back undoes every write since the newest that
  // stands, which goes on standing; what is released stands no more, and its writes are
  // those of the one around it.
  virtual void SetSavepoint() = 0;
  virtual void RollbackToSavepoint() = 0;
  virtual void ReleaseSavepoint() = 0;

  virtual bool has_writes() const = 0;
  virtual bool has_writes_since_savepoint() const = 0;

  // Once. With no writes it answers kCommitted without touching the disk.
  virtual CommitOutcome Commit() = 0;

  // Commit in two halves, so that the next transaction can be worked out while this
  // one is written. Prepare answers as Commit does, except that kCommitted means: the
  // transactions that begin from now on see these writes, and only a store that breaks
  // keeps them from the disk. Write then makes them durable, once, on any thread:
  // kCommitted or kUnknown. Nobody may be told of what was read or written since
  // Prepare before Write has said kCommitted, and nothing else is prepared meanwhile.
  // A store that cannot be split commits in Prepare.
  virtual CommitOutcome Prepare() { return Commit(); }
  virtual CommitOutcome Write() { return CommitOutcome::kCommitted; }
};

class Store {
 public:
  virtual ~Store() = default;
  virtual std::unique_ptr<Transaction> Begin() = 0;
};

}  // namespace holdfast::server
