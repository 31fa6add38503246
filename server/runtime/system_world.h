// The real clock and the real randomness behind the core's interfaces.
#pragma once

#include "server/core/records/world.h"

namespace holdfast::server {

class SystemClock final : public Clock {
 public:
  std::uint64_t WallMs() const override;
  std::uint64_t BootMs() const override;
  Bytes BootId() const override;       // the kernel's
  bool Synchronised() const override;  // the kernel's word
};

// libsodium's. crypto::Initialise() must have succeeded.
class SystemEntropy final : public Entropy {
 public:
  Bytes Draw(std::size_t bytes) override;
};

}  // namespace holdfast::server
