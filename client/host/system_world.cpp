#include "client/host/system_world.h"

#include <chrono>

#include "crypto/public/secret.h"

namespace holdfast::client {

std::uint64_t SystemClock::WallMs() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

Bytes SystemEntropy::Draw(std::size_t bytes) {
  Bytes drawn(bytes, '\0');
  crypto::FillRandom(reinterpret_cast<unsigned char*>(drawn.data()), drawn.size());
  return drawn;
}

}  // namespace holdfast::client
