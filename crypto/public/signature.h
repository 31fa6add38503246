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

// integrity naming `field` unless `signature` is `key`'s over the statement.
// Small-order keys and malleable signatures are refused.
absl::Status VerifySignature(BytesView public_key, Purpose purpose, BytesView statement,
                             BytesView signature, std::string_view field);

}  // namespace holdfast::crypto
