#include "server/runtime/histogram.h"

#include <algorithm>

namespace holdfast::server {

Histogram::Histogram(std::span<const std::uint64_t> bounds_us)
    : bounds_us_(bounds_us.first(std::min(bounds_us.size(), kHistogramBoundsMax))) {}

void Histogram::Add(std::uint64_t us) {
  const auto bound = std::lower_bound(bounds_us_.begin(), bounds_us_.end(), us);
  counts_[static_cast<std::size_t>(bound - bounds_us_.begin())].fetch_add(
      1, std::memory_order_relaxed);
  sum_us_.fetch_add(us, std::memory_order_relaxed);
}

HistogramReading Histogram::Read() const {
  HistogramReading reading;
  reading.bounds_us.assign(bounds_us_.begin(), bounds_us_.end());
  for (std::size_t i = 0; i <= bounds_us_.size(); ++i) {
    reading.counts.push_back(counts_[i].load(std::memory_order_relaxed));
  }
  reading.sum_us = sum_us_.load(std::memory_order_relaxed);
  return reading;
}

}  // namespace holdfast::server
