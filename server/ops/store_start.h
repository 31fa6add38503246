// Whether the store that lies in the data directory may be served: judged from what is
// there and from what the directory remembers, before anything is opened or changed.
#pragma once

#include "server/core/core.h"
#include "server/ops/data_directory.h"
#include "server/store/rocksdb_store.h"

namespace holdfast::server {

// What the operator says of the store.
enum class StoreStart : std::uint8_t {
  kGoesOn,    // nothing: it is as it was left
  kNewStore,  // it is lost; a new one is to take its place
  kRestored,  // it is an older copy, or lost its end, and is to be served all the same
};

// The flag of `holdfastd serve` that says so; empty: none.
const char* WordOf(StoreStart start);

// Of the store, as the core is to open it. usage or storage_failed, each saying what to
// do, where it must not be served. An end of the log that is not as it was written is
// told to the log, with the batch where it ends. What the start before was told as well
// is not done again where nothing is missing since: the flag was left where it stood.
absl::StatusOr<StoreLife> JudgeStore(const DataDirectory& directory, const RocksDbOptions& options,
                                     CoreConfig config, StoreStart start);

}  // namespace holdfast::server
