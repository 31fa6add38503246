// What became of promises, as numbers.
#pragma once

#include <cstdint>

namespace holdfast::server {

struct PromiseCounts {
  std::uint64_t made = 0;
  std::uint64_t kept = 0;
  std::uint64_t missed = 0;
  std::uint64_t repaired = 0;  // after they were missed
};

}  // namespace holdfast::server
