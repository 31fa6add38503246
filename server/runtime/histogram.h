// How long things took, counted into buckets: the operator sees how many, and of nobody which.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace holdfast::server {

// Upper bounds of its buckets, in microseconds.
inline constexpr std::size_t kHistogramBoundsMax = 16;

struct HistogramReading {
  std::vector<std::uint64_t> bounds_us;
  std::vector<std::uint64_t> counts;  // of each bucket, and of what is above the last bound
  std::uint64_t sum_us = 0;
};

// Any thread; never waits.
class Histogram {
 public:
  // Ascending, kHistogramBoundsMax at most. They must outlive it.
  explicit Histogram(std::span<const std::uint64_t> bounds_us);

  void Add(std::uint64_t us);
  // Each number as it stands at some moment of the call.
  HistogramReading Read() const;

 private:
  const std::span<const std::uint64_t> bounds_us_;
  std::array<std::atomic<std::uint64_t>, kHistogramBoundsMax + 1> counts_{};
  std::atomic<std::uint64_t> sum_us_ = 0;
};

}  // namespace holdfast::server
