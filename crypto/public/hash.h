// Hashes, MACs and key derivation: BLAKE2b-256 (RFC 7693), SHA-256, HMAC-SHA-256
// (RFC 2104) and HKDF-SHA-256 (RFC 5869).
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>

#include "crypto/public/purpose.h"
#include "crypto/public/secret.h"
#include "rules/identifiers.h"

namespace holdfast::crypto {

// BLAKE2b-256 of domain || 0x00 || parts.
Hash DomainHash(Purpose purpose, std::initializer_list<BytesView> parts);

Hash Sha256(std::initializer_list<BytesView> parts);

Mac HmacSha256(BytesView key, std::initializer_list<BytesView> parts);
// Of domain || 0x00 || parts.
Mac DomainMac(const MacKey& key, Purpose purpose, std::initializer_list<BytesView> parts);
bool MacEqual(const Mac& a, const Mac& b);  // constant time

// HMAC-SHA-256 several times under one key, which is taken in only once: that is
// half the work of a short message.
class HmacKey {
 public:
  explicit HmacKey(BytesView key);
  ~HmacKey() { Wipe(state_.data(), state_.size()); }
  HmacKey(const HmacKey&) = delete;
  HmacKey& operator=(const HmacKey&) = delete;

  Mac Of(std::initializer_list<BytesView> parts) const;

 private:
  static constexpr std::size_t kStateBytes = 208;
  alignas(8) std::array<unsigned char, kStateBytes> state_;
};

// RFC 5869 extract and expand in one; `size` at most 8,160 bytes.
SecretBytes Hkdf(BytesView salt, BytesView input_key, BytesView info, std::size_t size);

// Everything that is derived from one input key by HKDF without salt; info =
// domain || 0x00 || context. Extracts once.
class KeySource {
 public:
  explicit KeySource(BytesView input_key);

  SecretBytes DeriveBytes(Purpose purpose, BytesView context, std::size_t size) const;
  template <class SecretType>
  SecretType Derive(Purpose purpose, BytesView context = {}) const {
    const SecretBytes bytes = DeriveBytes(purpose, context, SecretType::size);
    return SecretType::From(bytes.Expose(), "derived").value();
  }

 private:
  HmacKey extracted_;
};

// The same where only one thing is derived.
inline SecretBytes DeriveBytes(BytesView input_key, Purpose purpose, BytesView context,
                               std::size_t size) {
  return KeySource(input_key).DeriveBytes(purpose, context, size);
}
template <class SecretType>
SecretType DeriveSecret(BytesView input_key, Purpose purpose, BytesView context = {}) {
  return KeySource(input_key).Derive<SecretType>(purpose, context);
}

}  // namespace holdfast::crypto
