// The practice's word that a TLS key is its own. It is short-lived and said again while
// the practice runs, so that a TLS key that was stolen is soon worth nothing.
#pragma once

#include <vector>

#include "crypto/public/practice.h"
#include "rules/limits.h"

namespace holdfast::server {

// A TLS key in use, and when its certificate is good.
struct TlsKeyInUse {
  TlsKeyHash key;
  std::uint64_t not_before_ms = limits::kTimeMinMs;
  std::uint64_t not_after_ms = limits::kTimeMaxMs;
};

class Endorsements {
 public:
  // One for each key, good now. Signed anew when a renewal is due, or where the clock
  // was set to before they were signed.
  const std::vector<crypto::Signed>& Current(const crypto::SigningKey& practice,
                                             const std::vector<TlsKeyInUse>& keys,
                                             std::uint64_t now_ms);

 private:
  std::vector<crypto::Signed> signed_;
  std::uint64_t signed_at_ms_ = 0;
};

}  // namespace holdfast::server
