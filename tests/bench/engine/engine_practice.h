// The parts of holdfastd that timers and requests pass through, without the
// network: the core over RocksDB, by a made clock.
#pragma once

#include <filesystem>
#include <memory>

#include "bench/engine/caseload.h"
#include "bench/engine/made_clock.h"
#include "server/runtime/committer.h"
#include "server/store/rocksdb_store.h"

namespace holdfast::bench {

std::unique_ptr<server::RocksDbStore> OpenDatabase(const std::filesystem::path& directory);

// One batch of one request, outside a committer.
void RunAlone(server::Core& core, server::Store& store, const server::Request& request);

class EnginePractice {
 public:
  // Of the world that the database was made in. The store is not owned.
  EnginePractice(const server::ServerWorld& world, server::Store& store, std::uint64_t at_ms);
  ~EnginePractice();

  // Before Serve(); the device's token is good for this practice alone.
  void LogIn(const server::TestDevice& device);
  // From now on the committer has the core.
  server::Committer& Serve();

  MadeClock& clock() { return clock_; }
  server::Core& core() { return core_; }

 private:
  server::Store& store_;
  MadeClock clock_;
  server::FakeEntropy entropy_;
  PracticeKey practice_;
  TlsKeyHash tls_key_;
  server::Core core_;
  std::unique_ptr<server::Committer> committer_;
};

// In a batch of any core: the login as the device makes it.
absl::Status LogInTo(server::Core& core, server::Transaction& transaction,
                     const PracticeKey& practice, const TlsKeyHash& tls_key,
                     const server::TestDevice& device);

}  // namespace holdfast::bench
