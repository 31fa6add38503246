// What lies in a database's directory, told without opening or changing anything: a
// store is begun only where no file of another one lies.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace holdfast::server {

enum class StoreFiles : std::uint8_t {
  kNone,     // no directory, or no file of a store in it that is more than a begun one's first
  kPartial,  // files of a store, and what opens them is missing
  kWhole,    // CURRENT is there, and the manifest that it names
};

struct FoundStore {
  StoreFiles files = StoreFiles::kNone;
  std::string missing;  // kPartial: the file that opening it would need
};

// storage_failed, naming what is in the way, where the directory cannot be read.
absl::StatusOr<FoundStore> LookForStore(const std::string& directory);

// Makes its logs durable as they can be read now: after kill -9 their end may be in memory
// alone, and what is built on it once it was read must not outlive it. storage_failed.
absl::Status SyncLogs(const std::string& directory);

}  // namespace holdfast::server
