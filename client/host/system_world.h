// The real clock and the real randomness.
#pragma once

#include "client/core/outside/world.h"

namespace holdfast::client {

class SystemClock final : public Clock {
 public:
  std::uint64_t WallMs() const override;
};

class SystemEntropy final : public Entropy {
 public:
  Bytes Draw(std::size_t bytes) override;
};

}  // namespace holdfast::client
