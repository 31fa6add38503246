// What the tests of crypto/ share: two people with a device each, values to fill
// in, and a trial that every decoder of outside bytes must pass.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "crypto/public/device.h"
#include "crypto/session_set.h"
#include "support/catch.h"

namespace holdfast::crypto {

// Which of a pair.
inline constexpr bool kTherapistSide = true;
inline constexpr bool kClientSide = false;

inline constexpr std::uint64_t kNowMs = 1'800'000'000'000;

// libsodium wants to be asked once before anything else.
inline const bool kReady = Initialise().ok();

inline Bytes Hex(std::string_view hex) { return FromHex(hex, "test").value(); }

template <class Id>
Id Filled(char byte) {
  return Id::From(Bytes(Id::size, byte), "test").value();
}

template <class SecretType>
SecretType FromText(std::string_view hex) {
  return SecretType::From(Hex(hex), "test").value();
}

// Whether `status` is this refusal of this field.
bool Refuses(const absl::Status& status, Reason reason, std::string_view field);

// libsodium's randomness, replaced by a repeatable sequence while this lives.
class FixedRandomness {
 public:
  explicit FixedRandomness(std::uint64_t seed);
  ~FixedRandomness();
  FixedRandomness(const FixedRandomness&) = delete;
  FixedRandomness& operator=(const FixedRandomness&) = delete;
};

// An account with one device, its keys, and every prekey that it ever had.
struct Person {
  Person();
  std::uint32_t RotatePrekey();
  const Prekey& prekey() const { return published; }
  OwnKeys Own(const PreSharedKey& psk) const;

  SigningKey account = SigningKey::Generate();
  SigningKey signing = SigningKey::Generate();
  DhPair identity = GenerateDhPair();
  Certificate certificate;
  Signed signed_certificate;
  Hash certificate_hash;
  DeviceId device;
  std::map<std::uint32_t, DhSecret> prekeys;
  Prekey published;
};

// A bond between two people, and each one's sessions with the other's device.
struct Pair {
  Pair();
  PairContext ContextOf(bool therapist) const;

  Person therapist;
  Person client;
  PreSharedKey psk = PreSharedKey::Random();
  SessionSet at_therapist;
  SessionSet at_client;

  absl::Status Begin(bool from_therapist);
  Bytes Seal(bool from_therapist, std::string_view text);
  absl::StatusOr<Bytes> Open(bool at_the_therapist, BytesView sealed);
};

// Truncated, lengthened, bit-flipped and random bytes either are refused or are
// the one encoding of what they decode to. `again` decodes and encodes.
void CheckDecoder(const Bytes& good, const std::function<absl::StatusOr<Bytes>(BytesView)>& again);

template <class Value>
void CheckCanonical(const Value& value, Bytes (*encode)(const Value&),
                    absl::StatusOr<Value> (*decode)(BytesView)) {
  const auto decoded = decode(encode(value));
  REQUIRE(decoded.ok());
  CHECK((*decoded == value));
  CheckDecoder(encode(value), [&](BytesView bytes) -> absl::StatusOr<Bytes> {
    HOLDFAST_ASSIGN_OR_RETURN(const Value again, decode(bytes));
    return encode(again);
  });
}

}  // namespace holdfast::crypto
