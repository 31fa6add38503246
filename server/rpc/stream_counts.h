// What gRPC counts of each connection. Its bytes never pass through code of ours, so that
// is all that is known of its streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::server {

struct StreamCounts {
  std::int64_t connection = 0;  // gRPC's number for it, never given twice
  std::string endpoint;         // as Accepted's
  std::uint64_t begun = 0;
  std::uint64_t finished = 0;  // in order, with a status; every other is open or was broken off
};

// Of the connections of this process's servers in order of their numbers, the next ones
// after `after`, which moves on, and back to 0 at the end.
std::vector<StreamCounts> ReadStreamCounts(std::int64_t& after);

// Looked at in one go, some ten microseconds each.
inline constexpr std::size_t kCountsAtOnceMax = 256;

}  // namespace holdfast::server
