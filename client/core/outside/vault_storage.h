// Where the vault keeps its sealed values: names to bytes, with durable
// transactions. SQLite on a device, memory in the simulation. One process at a
// time, one thread.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

namespace holdfast::client {

class VaultStorage {
 public:
  virtual ~VaultStorage() = default;

  virtual absl::StatusOr<std::optional<Bytes>> Get(BytesView name) = 0;
  // Names in [begin, end), ascending; `row` returns false to stop.
  virtual absl::Status Scan(BytesView begin, BytesView end,
                            const std::function<bool(BytesView name, BytesView value)>& row) = 0;

  struct Write {
    Bytes name;
    std::optional<Bytes> value;  // nullopt erases
  };
  // All or nothing, and on the disk (synced) when it answers OK. storage_failed
  // otherwise, with nothing written.
  virtual absl::Status Commit(const std::vector<Write>& writes) = 0;

  // What was erased or replaced before is overwritten wherever the storage still has it.
  // storage_failed where it may not be; what is kept is as it was in either case.
  virtual absl::Status Purge() { return absl::OkStatus(); }
};

}  // namespace holdfast::client
