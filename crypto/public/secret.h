// Secrets, of fixed size (Secret) and of any length (SecretBytes): never copied by
// accident, wiped when they go, compared in constant time, and impossible to print.
#pragma once

#include <array>
#include <cstddef>
#include <ostream>
#include <utility>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

namespace holdfast::crypto {

// Overwrites memory in a way that the compiler may not remove.
void Wipe(void* memory, std::size_t size);
bool ConstantTimeEqual(const unsigned char* a, const unsigned char* b, std::size_t size);

// What SecretBytes does when it goes; for a field of a record, which cannot be one.
void WipeBytes(Bytes& bytes);

template <std::size_t kSize, class Tag>
class Secret {
 public:
  static constexpr std::size_t size = kSize;

  Secret() = default;
  ~Secret() { Wipe(value_.data(), kSize); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : value_(other.value_) { Wipe(other.value_.data(), kSize); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      value_ = other.value_;
      Wipe(other.value_.data(), kSize);
    }
    return *this;
  }

  static Secret Random();
  // malformed_field naming `field` unless there are exactly kSize bytes.
  static absl::StatusOr<Secret> From(BytesView bytes, std::string_view field);

  // A copy that the reader of the code can see.
  Secret Clone() const {
    Secret copy;
    copy.value_ = value_;
    return copy;
  }

  // The bytes themselves. Whoever calls this answers for them.
  BytesView Expose() const { return {reinterpret_cast<const char*>(value_.data()), kSize}; }
  const unsigned char* data() const { return value_.data(); }
  unsigned char* data() { return value_.data(); }

  bool operator==(const Secret& other) const {
    return ConstantTimeEqual(value_.data(), other.value_.data(), kSize);
  }

  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "[secret]"; }

 private:
  std::array<unsigned char, kSize> value_{};
};

// A serialised state, a token, a passphrase, an opened value.
class SecretBytes {
 public:
  SecretBytes() = default;
  // Takes them over: nothing of them stays in `bytes`.
  explicit SecretBytes(Bytes&& bytes) noexcept { Take(bytes); }
  ~SecretBytes() { Clear(); }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept { Take(other.bytes_); }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) Take(other.bytes_);
    return *this;
  }

  static SecretBytes CopyOf(BytesView bytes) { return SecretBytes(Bytes(bytes)); }
  // A copy that the reader of the code can see.
  SecretBytes Clone() const { return CopyOf(bytes_); }

  // The bytes themselves. Whoever calls this answers for them.
  BytesView Expose() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

  // The length is no secret.
  bool operator==(const SecretBytes& other) const;

  friend std::ostream& operator<<(std::ostream& out, const SecretBytes&) {
    return out << "[secret]";
  }

 private:
  // A short value lies in the object itself, and stays behind when it moves; a longer one
  // takes its memory along.
  static bool IsShort(const Bytes& bytes) { return bytes.capacity() <= Bytes().capacity(); }
  // There is nothing to wipe in most that go: they have moved on.
  void Clear() noexcept {
    if (!bytes_.empty() || !IsShort(bytes_)) WipeBytes(bytes_);
  }
  void Take(Bytes& bytes) noexcept {
    Clear();
    const bool stays_behind = IsShort(bytes);
    bytes_ = std::move(bytes);
    if (stays_behind) WipeBytes(bytes);  // NOLINT(bugprone-use-after-move)
  }

  Bytes bytes_;
};

void FillRandom(unsigned char* memory, std::size_t size);

template <std::size_t kSize, class Tag>
Secret<kSize, Tag> Secret<kSize, Tag>::Random() {
  Secret secret;
  FillRandom(secret.data(), kSize);
  return secret;
}

template <std::size_t kSize, class Tag>
absl::StatusOr<Secret<kSize, Tag>> Secret<kSize, Tag>::From(BytesView bytes,
                                                            std::string_view field) {
  if (bytes.size() != kSize) {
    return Refuse(Reason::kMalformedField, field, "has the wrong length for a key");
  }
  Secret secret;
  std::memcpy(secret.data(), bytes.data(), kSize);
  return secret;
}

using SigningSeed = Secret<32, struct SigningSeedTag>;    // Ed25519 seed
using DhSecret = Secret<32, struct DhSecretTag>;          // X25519 scalar
using MacKey = Secret<32, struct MacKeyTag>;              // HMAC-SHA-256
using ContentKey = Secret<32, struct ContentKeyTag>;      // one message's content
using PreSharedKey = Secret<32, struct PreSharedKeyTag>;  // of a bond, from its invitation
using CodeSecret = Secret<16, struct CodeSecretTag>;      // inside an invitation or a code

// A key whose tag is one of these is for AeadSeal and AeadOpen, and for nothing else.
struct SealingTag {};
struct WrapKeyTag : SealingTag {};
using WrapKey = Secret<32, WrapKeyTag>;  // seals another key

// Must succeed once before anything else in crypto/ is used. Safe to repeat.
absl::Status Initialise();

}  // namespace holdfast::crypto
