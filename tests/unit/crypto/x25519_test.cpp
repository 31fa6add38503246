// X25519, against published vectors; an all-zero result is refused.
#include "crypto/x25519.h"

#include "crypto/public/dh_key.h"
#include "crypto/x3dh.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

DhKey Key(std::string_view hex) { return DhKey::From(Hex(hex), "test").value(); }

Bytes Agree(std::string_view secret, std::string_view key) {
  return Bytes(Dh(FromText<DhSecret>(secret), Key(key), "test").value().Expose());
}

constexpr std::string_view kAlice =
    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
constexpr std::string_view kBob =
    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";

// The points of small order and their encodings beyond the field's prime.
constexpr std::string_view kLowOrder[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

TEST_CASE("X25519 agrees with RFC 7748", "[x25519]") {
  CHECK(ToHex(Agree("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                    "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")) ==
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
  const DhKey alice = DhPublic(FromText<DhSecret>(kAlice));
  const DhKey bob = DhPublic(FromText<DhSecret>(kBob));
  CHECK(alice.hex() == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  CHECK(bob.hex() == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const Bytes shared = Agree(kAlice, bob.hex());
  CHECK(ToHex(shared) == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  CHECK(shared == Agree(kBob, alice.hex()));
}

TEST_CASE("X25519 iterated a thousand times agrees with RFC 7748", "[x25519]") {
  Bytes scalar = Hex("0900000000000000000000000000000000000000000000000000000000000000");
  Bytes point = scalar;
  for (int i = 0; i < 1000; ++i) {
    Bytes next = Agree(ToHex(scalar), ToHex(point));
    point = std::move(scalar);
    scalar = std::move(next);
  }
  CHECK(ToHex(scalar) == "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

TEST_CASE("points of low order are refused wherever a key comes from outside", "[x25519]") {
  const auto secret = FromText<DhSecret>(kAlice);
  const DhKey good = DhPublic(FromText<DhSecret>(kBob));
  const PreSharedKey psk = PreSharedKey::Random();
  for (const std::string_view hex : kLowOrder) {
    INFO(hex);
    const DhKey low = Key(hex);
    CHECK(Refuses(Dh(secret, low, "peer").status(), Reason::kIntegrity, "peer"));
    CHECK_FALSE(X3dhInitiate(secret, secret, low, good, psk).ok());
    CHECK_FALSE(X3dhInitiate(secret, secret, good, low, psk).ok());
    CHECK_FALSE(X3dhRespond(secret, secret, low, good, psk).ok());
    CHECK_FALSE(X3dhRespond(secret, secret, good, low, psk).ok());
    CHECK_FALSE(Ratchet::Initiate(SessionSecret::Random(), low).ok());
    CHECK(IsSmallOrder(low));
    DhKey with_spare_bit = low;
    with_spare_bit.data()[DhKey::size - 1] |= 0x80;
    CHECK(IsSmallOrder(with_spare_bit));
  }
  for (int i = 0; i < 100; ++i) CHECK_FALSE(IsSmallOrder(GenerateDhPair().key));
}

TEST_CASE("both sides of a handshake agree, and every input counts", "[x25519]") {
  const DhPair identity_a = GenerateDhPair(), ephemeral_a = GenerateDhPair();
  const DhPair identity_b = GenerateDhPair(), prekey_b = GenerateDhPair();
  const DhPair other = GenerateDhPair();
  const PreSharedKey psk = PreSharedKey::Random();
  const SessionSecret at_a =
      X3dhInitiate(identity_a.secret, ephemeral_a.secret, identity_b.key, prekey_b.key, psk)
          .value();
  const auto at_b = [&](const DhPair& own_identity, const DhPair& own_prekey,
                        const DhPair& peer_identity, const DhPair& peer_ephemeral,
                        const PreSharedKey& shared) {
    return X3dhRespond(own_identity.secret, own_prekey.secret, peer_identity.key,
                       peer_ephemeral.key, shared)
        .value();
  };
  CHECK(at_a == at_b(identity_b, prekey_b, identity_a, ephemeral_a, psk));
  CHECK_FALSE(at_a == at_b(other, prekey_b, identity_a, ephemeral_a, psk));
  CHECK_FALSE(at_a == at_b(identity_b, other, identity_a, ephemeral_a, psk));
  CHECK_FALSE(at_a == at_b(identity_b, prekey_b, other, ephemeral_a, psk));
  CHECK_FALSE(at_a == at_b(identity_b, prekey_b, identity_a, other, psk));
  CHECK_FALSE(at_a == at_b(identity_b, prekey_b, identity_a, ephemeral_a, PreSharedKey::Random()));
}

}  // namespace
}  // namespace holdfast::crypto
