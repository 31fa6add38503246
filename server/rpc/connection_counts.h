// How many connections there are and were, as numbers for the operator: of no address. Written
// on the acceptor's thread, read on any.
#pragma once

#include <atomic>
#include <cstdint>

namespace holdfast::server {

struct ConnectionCounts {
  std::atomic<std::uint64_t> open = 0;  // as the last look found
  std::atomic<std::uint64_t> refused = 0;
  std::atomic<std::uint64_t> cut_off = 0;
};

}  // namespace holdfast::server
