// Ed25519 (RFC 8032) over domain-separated statements.
#pragma once

#include "absl/status/status.h"
#include "crypto/public/purpose.h"
#include "crypto/public/secret.h"
#include "rules/identifiers.h"

namespace holdfast::crypto {

// A signing key pair. Move-only; the seed is wiped when it goes.
class SigningKey {
 public:
  static SigningKey Generate();
  explicit SigningKey(SigningSeed seed);
  SigningKey(SigningKey&&) = default;
  SigningKey& operator=(SigningKey&&) = default;

  // A copy that the reader of the code can see.
  SigningKey Clone() const;

  // The public half as the type that its holder uses: AccountKey, DeviceKey or
  // PracticeKey.
  template <class PublicKey>
  PublicKey public_key() const {
    return PublicKey::From({reinterpret_cast<const char*>(public_.data()), 32}, "key").value();
  }
  const SigningSeed& seed() const { return seed_; }

  Signature Sign(Purpose purpose, BytesView statement) const;

 private:
  SigningKey() = default;

  SigningSeed seed_;
  Secret<64, struct ExpandedKeyTag> expanded_;
  std::array<unsigned char, 32> public_{};
};

// A statement's exact bytes with their signature, as carried on the wire.
struct Signed {
  Bytes statement;
  Bytes signature;

  bool operator==(const Signed&) const = default;
};

namespace internal {
// Whatever key it is.
absl::Status VerifySignature(BytesView public_key, Purpose purpose, const Signed& carried,
                             std::string_view field);
}  // namespace internal

// integrity naming `field` unless the statement was signed for this purpose by the key.
// Small-order keys and malleable signatures are refused.
template <Purpose kPurpose>
absl::Status VerifySignature(const SignerOf<kPurpose>& key, const Signed& carried,
                             std::string_view field) {
  return internal::VerifySignature(key.view(), kPurpose, carried, field);
}

}  // namespace holdfast::crypto
