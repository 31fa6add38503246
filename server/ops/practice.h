// A data directory brought to life: keys, store and core, without a network.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/core/core.h"
#include "server/ops/configuration.h"
#include "server/ops/data_directory.h"
#include "server/ops/store_start.h"
#include "server/ops/tls_identity.h"
#include "server/ops/tls_renewal.h"
#include "server/runtime/system_world.h"
#include "server/store/rocksdb_store.h"

namespace holdfast::server {

class Practice {
 public:
  // The directory must be locked. `address` goes into enrolment codes. A store that must
  // not be served (store_start.h) is refused and nothing is changed. Then releases the
  // ballast where less than the floor is free; storage_full where even then less
  // than kOpenBytesMin is. Opening may take seconds after a crash.
  static absl::StatusOr<std::unique_ptr<Practice>> Open(const DataDirectory& directory,
                                                        const TlsIdentity& tls,
                                                        const std::string& address,
                                                        const Configuration& configuration,
                                                        StoreStart start = StoreStart::kGoesOn);

  Core& core() { return *core_; }
  RocksDbStore& store() { return *store_; }
  const PracticeKey& key() const { return key_; }

 private:
  Practice() = default;

  SystemClock clock_;
  SystemEntropy entropy_;
  PracticeKey key_;
  std::unique_ptr<RocksDbStore> store_;
  std::unique_ptr<Core> core_;
};

// What opening writes: a new log, a manifest and the options, some 100 KB.
inline constexpr std::uint64_t kOpenBytesMin = std::uint64_t{1024} * 1024;

}  // namespace holdfast::server
