// A practice in which many slots open in the same second, and what is sent meanwhile.
#pragma once

#include <filesystem>
#include <vector>

#include "bench/engine/caseload.h"
#include "bench/engine/options.h"
#include "server/store/rocksdb_store.h"

namespace holdfast::bench {

inline constexpr std::size_t kWriters = 8;

class HerdGround {
 public:
  HerdGround(const EngineOptions& options, const std::filesystem::path& directory)
      : options_(options), directory_(directory) {}

  // Once; the others only afterwards.
  void Prepare();

  std::size_t slots() const { return slots_; }
  std::uint64_t due_ms() const { return due_ms_; }
  const server::ServerWorld& world() const { return *caseload_.world; }
  // Bonds that have no rhythm, each with a therapist of its own.
  const std::vector<server::TestBond>& writers() const { return writers_; }
  // From these clients in turn, over all calls.
  std::vector<v1::SendRequest> Envelopes(std::size_t count);

  // A copy of the database in which nothing has opened yet; remove it afterwards.
  std::filesystem::path Fresh();

 private:
  const EngineOptions& options_;
  std::filesystem::path directory_;
  Caseload caseload_;
  std::vector<server::TestBond> writers_;
  std::size_t slots_ = 0;
  std::uint64_t due_ms_ = 0;
  std::unique_ptr<server::RocksDbStore> original_;
  int copies_ = 0;
  std::size_t envelopes_made_ = 0;
};

}  // namespace holdfast::bench
