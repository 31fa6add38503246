#include "crypto/public/signature.h"

#include <sodium.h>

#include "crypto/public/octets.h"

namespace holdfast::crypto {
namespace {

Bytes SignedBytes(Purpose purpose, BytesView statement) {
  Bytes bytes(DomainOf(purpose));
  bytes += '\0';
  bytes += statement;
  return bytes;
}

}  // namespace

SigningKey SigningKey::Generate() { return SigningKey(SigningSeed::Random()); }

SigningKey::SigningKey(SigningSeed seed) : seed_(std::move(seed)) {
  crypto_sign_seed_keypair(public_.data(), expanded_.data(), seed_.data());
}

SigningKey SigningKey::Clone() const {
  SigningKey copy;
  copy.seed_ = seed_.Clone();
  copy.expanded_ = expanded_.Clone();
  copy.public_ = public_;
  return copy;
}

Signature SigningKey::Sign(Purpose purpose, BytesView statement) const {
  const Bytes bytes = SignedBytes(purpose, statement);
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, Octets(bytes), bytes.size(), expanded_.data());
  return signature;
}

absl::Status internal::VerifySignature(BytesView public_key, Purpose purpose, const Signed& carried,
                                       std::string_view field) {
  if (carried.signature.size() != Signature::size) {
    return Refuse(Reason::kMalformedField, field, "must be 64 bytes");
  }
  // libsodium refuses small-order keys and points and non-canonical scalars.
  const Bytes bytes = SignedBytes(purpose, carried.statement);
  if (crypto_sign_verify_detached(Octets(carried.signature), Octets(bytes), bytes.size(),
                                  Octets(public_key)) != 0) {
    return Refuse(Reason::kIntegrity, field,
                  "does not match; these bytes were not signed by the key they claim. Do not use "
                  "what they say");
  }
  return absl::OkStatus();
}

}  // namespace holdfast::crypto
