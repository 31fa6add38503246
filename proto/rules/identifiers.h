// Fixed-size public values, each a type of its own so that a bond is never passed
// where an account is meant. None of them is secret.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rules/errors.h"

namespace holdfast {

// Bytes, owned and viewed. Not text, although the types are strings.
using Bytes = std::string;
using BytesView = std::string_view;

// Lower-case hexadecimal, for logs, file names and JSON.
std::string ToHex(BytesView bytes);
// The reverse; malformed_field naming `field`.
absl::StatusOr<Bytes> FromHex(std::string_view hex, std::string_view field);

template <std::size_t kSize, class Tag>
class FixedBytes {
 public:
  static constexpr std::size_t size = kSize;

  constexpr FixedBytes() = default;

  // malformed_field naming `field` unless `bytes` has exactly kSize bytes.
  static absl::StatusOr<FixedBytes> From(BytesView bytes, std::string_view field) {
    if (bytes.size() != kSize) {
      return Refuse(
          Reason::kMalformedField, field,
          "must be " + std::to_string(kSize) + " bytes, not " + std::to_string(bytes.size()));
    }
    FixedBytes result;
    std::memcpy(result.value_.data(), bytes.data(), kSize);
    return result;
  }

  BytesView view() const { return {reinterpret_cast<const char*>(value_.data()), kSize}; }
  Bytes str() const { return Bytes(view()); }
  const unsigned char* data() const { return value_.data(); }
  unsigned char* data() { return value_.data(); }
  std::string hex() const { return ToHex(view()); }
  bool is_zero() const { return *this == FixedBytes(); }

  auto operator<=>(const FixedBytes&) const = default;

 private:
  std::array<unsigned char, kSize> value_{};
};

using AccountKey = FixedBytes<32, struct AccountKeyTag>;    // Ed25519: an account's identity
using DeviceKey = FixedBytes<32, struct DeviceKeyTag>;      // Ed25519: a device's signatures
using PracticeKey = FixedBytes<32, struct PracticeKeyTag>;  // Ed25519: the practice's signatures
using DhKey = FixedBytes<32, struct DhKeyTag>;              // X25519, public
using TlsKeyHash = FixedBytes<32, struct TlsKeyHashTag>;    // SHA-256 of SubjectPublicKeyInfo
using Hash = FixedBytes<32, struct HashTag>;                // BLAKE2b-256, or SHA-256 in trees
using Signature = FixedBytes<64, struct SignatureTag>;      // Ed25519
using Mac = FixedBytes<32, struct MacTag>;                  // HMAC-SHA-256
using DeviceId = FixedBytes<16, struct DeviceIdTag>;
using BondId = FixedBytes<16, struct BondIdTag>;
using EnvelopeId = FixedBytes<16, struct EnvelopeIdTag>;
using SlotId = FixedBytes<16, struct SlotIdTag>;
using LookupId = FixedBytes<16, struct LookupIdTag>;  // of an invitation or a recovery record
using Incarnation = FixedBytes<16, struct IncarnationTag>;
using SessionId = FixedBytes<16, struct SessionIdTag>;
using LoginNonce = FixedBytes<48, struct LoginNonceTag>;

}  // namespace holdfast
