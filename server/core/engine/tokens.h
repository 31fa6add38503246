// Nonces and tokens: MACs under keys that die with the process. A used nonce is
// remembered until it expires. Expiry follows boot time, which no clock setting
// moves.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "crypto/public/secret.h"
#include "server/core/records/world.h"

namespace holdfast::server {

class Logins {
 public:
  explicit Logins(Entropy& entropy);

  LoginNonce MakeNonce(Entropy& entropy, std::uint64_t expires_boot_ms) const;
  // Made here, not expired, not used.
  bool IsFresh(const LoginNonce& nonce, std::uint64_t boot_ms) const;
  // Whether one more used nonce can be remembered, in all and of this device; forgets
  // the expired ones.
  bool HasRoom(const DeviceId& device, std::uint64_t boot_ms);
  // Takes effect at once for this batch, for good when it is committed.
  void Use(const LoginNonce& nonce, const DeviceId& device);
  void BatchBegins();
  void BatchCommitted();
  // GoBack() forgets what was used since that mark(). See savepoint.h.
  using Mark = std::size_t;
  Mark mark() const { return used_in_order_.size(); }
  void GoBack(Mark mark);

  Bytes MakeToken(Entropy& entropy, const DeviceId& device, std::uint64_t expires_boot_ms) const;
  // token_missing, token_invalid or token_expired, or the device it is good for.
  absl::StatusOr<DeviceId> CheckToken(BytesView token, std::uint64_t boot_ms) const;

 private:
  crypto::MacKey nonce_key_;
  crypto::MacKey token_key_;
  // Begin with their expiry, so in the order of it.
  std::map<LoginNonce, DeviceId> used_;
  std::map<LoginNonce, DeviceId> used_in_batch_;
  std::vector<LoginNonce> used_in_order_;    // those of the batch
  std::map<DeviceId, std::size_t> used_by_;  // how many of used_; none is 0
};

}  // namespace holdfast::server
