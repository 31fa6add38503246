// Nonces and tokens: MACs under keys that die with the process. A used nonce is
// remembered until it expires. Expiry follows boot time, which no clock setting
// moves.
#pragma once

#include <cstdint>
#include <set>

#include "crypto/public/secret.h"
#include "server/core/world.h"

namespace holdfast::server {

class Logins {
 public:
  explicit Logins(Entropy& entropy);

  LoginNonce MakeNonce(Entropy& entropy, std::uint64_t expires_boot_ms) const;
  // Made here, not expired, not used.
  bool IsFresh(const LoginNonce& nonce, std::uint64_t boot_ms) const;
  // Whether one more used nonce can be remembered; forgets the expired ones.
  bool HasRoom(std::uint64_t boot_ms);
  // Takes effect at once for this batch, for good when it is committed.
  void Use(const LoginNonce& nonce) { used_in_batch_.insert(nonce); }
  void BatchBegins() { used_in_batch_.clear(); }
  void BatchCommitted() { used_.merge(used_in_batch_); }

  Bytes MakeToken(Entropy& entropy, const DeviceId& device, std::uint64_t expires_boot_ms) const;
  // token_missing, token_invalid or token_expired, or the device it is good for.
  absl::StatusOr<DeviceId> CheckToken(BytesView token, std::uint64_t boot_ms) const;

 private:
  crypto::MacKey nonce_key_;
  crypto::MacKey token_key_;
  // Begin with their expiry, so in the order of it.
  std::set<LoginNonce> used_;
  std::set<LoginNonce> used_in_batch_;
};

}  // namespace holdfast::server
