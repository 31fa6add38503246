// Descriptors (open files and sockets): as many as the system allows, shared out so
// that neither connections nor the store's files can take what the other needs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"

namespace holdfast::server {

struct DescriptorPlan {
  std::uint64_t limit = 0;      // of the process
  int store_files = 0;          // that the store keeps open
  std::size_t connections = 0;  // at once
};

// Raises the soft limit (RLIMIT_NOFILE) to the hard one; what it is then.
std::uint64_t RaiseDescriptorLimit();

// usage under kDescriptorsMin, saying what to raise.
absl::StatusOr<DescriptorPlan> PlanDescriptors(std::uint64_t limit);

// Of this process, open now, and how many may be. The system shows a process that must not
// be looked into to nobody else, not even to its own user.
struct DescriptorUse {
  std::uint64_t limit = 0;
  std::uint64_t open = 0;
};
DescriptorUse CountDescriptors();

inline constexpr std::uint64_t kDescriptorsMin = 256;
// Everything but connections and the store's tables: logs, sockets, wake-ups, files
// that the store is writing.
inline constexpr std::uint64_t kDescriptorsReserved = 128;
// A file of 64 MiB each: 32 GiB of bodies stay open.
inline constexpr std::uint64_t kStoreFilesMax = 512;
// More than the devices of one practice; each has its share of memory.
inline constexpr std::uint64_t kConnectionsMax = 16'384;

}  // namespace holdfast::server
