// Hashes, MACs and key derivation: BLAKE2b-256 (RFC 7693), SHA-256, HMAC-SHA-256
// (RFC 2104) and HKDF-SHA-256 (RFC 5869).
#pragma once

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

// RFC 5869 extract and expand in one; `size` at most 8,160 bytes.
Bytes Hkdf(BytesView salt, BytesView input_key, BytesView info, std::size_t size);

// HKDF without salt, info = domain || 0x00 || context.
Bytes DeriveBytes(BytesView input_key, Purpose purpose, BytesView context, std::size_t size);
template <class SecretType>
SecretType DeriveSecret(BytesView input_key, Purpose purpose, BytesView context = {}) {
  Bytes bytes = DeriveBytes(input_key, purpose, context, SecretType::size);
  SecretType secret = SecretType::From(bytes, "derived").value();
  WipeBytes(bytes);
  return secret;
}

}  // namespace holdfast::crypto
