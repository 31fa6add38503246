// A clock that says what it is told to, and from Go() on walks with real time.
#pragma once

#include <atomic>
#include <chrono>

#include "server/core/records/world.h"

namespace holdfast::bench {

class MadeClock final : public server::Clock {
 public:
  explicit MadeClock(std::uint64_t at_ms) : at_ms_(at_ms) {}

  std::uint64_t WallMs() const override { return at_ms_ + Gone(); }
  std::uint64_t BootMs() const override { return WallMs(); }
  Bytes BootId() const override { return "a made clock"; }

  // While it stands still.
  void Advance(std::uint64_t ms) { at_ms_ += ms; }
  // Any thread.
  void Go() { went_ns_ = Now(); }

 private:
  static std::int64_t Now() {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  std::uint64_t Gone() const {
    const std::int64_t went_ns = went_ns_;
    return went_ns == 0 ? 0 : static_cast<std::uint64_t>(Now() - went_ns) / 1'000'000;
  }

  std::atomic<std::uint64_t> at_ms_;
  std::atomic<std::int64_t> went_ns_ = 0;  // 0: it stands still
};

}  // namespace holdfast::bench
