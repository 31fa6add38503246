#include "crypto/x25519.h"

#include <sodium.h>

namespace holdfast::crypto {

DhPair GenerateDhPair() {
  DhSecret secret = DhSecret::Random();
  const DhKey key = DhPublic(secret);
  return {std::move(secret), key};
}

DhKey DhPublic(const DhSecret& secret) {
  DhKey key;
  crypto_scalarmult_base(key.data(), secret.data());
  return key;
}

absl::StatusOr<SharedSecret> Dh(const DhSecret& secret, const DhKey& peer, std::string_view field) {
  SharedSecret shared;
  if (crypto_scalarmult(shared.data(), secret.data(), peer.data()) != 0) {
    return Refuse(Reason::kIntegrity, field,
                  "is a key that gives away whatever is agreed with it; no honest device has it");
  }
  return shared;
}

}  // namespace holdfast::crypto
