// X25519 (RFC 7748). A result of all zeros, as low-order points give, is refused.
#pragma once

#include "absl/status/statusor.h"
#include "crypto/public/secret.h"

namespace holdfast::crypto {

struct DhPair {
  DhSecret secret;
  DhKey key;

  DhPair Clone() const { return {secret.Clone(), key}; }
};

DhPair GenerateDhPair();
DhKey DhPublic(const DhSecret& secret);

using SharedSecret = Secret<32, struct SharedSecretTag>;
// integrity naming `field` where the result is all zero.
absl::StatusOr<SharedSecret> Dh(const DhSecret& secret, const DhKey& peer, std::string_view field);

}  // namespace holdfast::crypto
