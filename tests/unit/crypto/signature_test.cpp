// Signatures, each for one purpose, against published vectors.
#include "crypto/public/signature.h"

#include <sodium.h>

#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

struct Vector {
  std::string_view seed, key, message, signature;
};

constexpr Vector kRfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6594a7c15e9716ed28dc027beceea1ec40a"},
};

Signature RawSign(const SigningKey& key, BytesView message) {
  unsigned char expanded[64];
  unsigned char public_key[32];
  crypto_sign_seed_keypair(public_key, expanded, key.seed().data());
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr,
                       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                       expanded);
  return signature;
}

TEST_CASE("Ed25519 keys and signatures agree with RFC 8032", "[signature]") {
  for (const Vector& vector : kRfc8032) {
    const SigningKey key(FromText<SigningSeed>(vector.seed));
    CHECK(key.public_key<DeviceKey>().hex() == vector.key);
    CHECK(RawSign(key, Hex(vector.message)).hex() == vector.signature);
  }
}

TEST_CASE("a statement's signature is Ed25519 over domain, zero byte, statement", "[signature]") {
  const SigningKey key(FromText<SigningSeed>(kRfc8032[0].seed));
  CHECK(key.Sign(Purpose::kLogin, "statement") ==
        RawSign(key, Bytes("Holdfast/v1/login") + '\0' + "statement"));
}

// A purpose takes the kind of key that signs for it, and no other.
template <Purpose kPurpose, class Key>
concept VerifiesBy = requires(const Key& key, const Signed& carried) {
  VerifySignature<kPurpose>(key, carried, "x");
};
static_assert(VerifiesBy<Purpose::kCertificate, AccountKey>);
static_assert(VerifiesBy<Purpose::kDeviceList, AccountKey>);
static_assert(VerifiesBy<Purpose::kPrekey, DeviceKey>);
static_assert(VerifiesBy<Purpose::kAct, DeviceKey>);
static_assert(VerifiesBy<Purpose::kEndorsement, PracticeKey>);
static_assert(VerifiesBy<Purpose::kBatch, PracticeKey>);
static_assert(!VerifiesBy<Purpose::kDeviceList, DeviceKey>);
static_assert(!VerifiesBy<Purpose::kLogin, AccountKey>);
static_assert(!VerifiesBy<Purpose::kBatch, DeviceKey>);
static_assert(!VerifiesBy<Purpose::kBatch, Hash>);
static_assert(!VerifiesBy<Purpose::kBatch, BytesView>);

TEST_CASE("a signature counts for one key, one purpose and one statement", "[signature]") {
  const SigningKey key = SigningKey::Generate();
  const Bytes signature = key.Sign(Purpose::kPrekey, "statement").str();
  const auto own = key.public_key<DeviceKey>();
  const auto verify = [](const DeviceKey& by, BytesView statement, BytesView over) {
    return VerifySignature<Purpose::kPrekey>(by, {Bytes(statement), Bytes(over)},
                                             "prekey.signature");
  };
  CHECK(verify(own, "statement", signature).ok());
  CHECK(Refuses(VerifySignature<Purpose::kLogin>(own, {"statement", signature}, "login.signature"),
                Reason::kIntegrity, "login.signature"));
  CHECK_FALSE(verify(own, "statements", signature).ok());
  CHECK_FALSE(verify(SigningKey::Generate().public_key<DeviceKey>(), "statement", signature).ok());
  CHECK(Refuses(verify(own, "statement", signature.substr(1)), Reason::kMalformedField,
                "prekey.signature"));
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Bytes flipped = signature;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    CHECK_FALSE(verify(own, "statement", flipped).ok());
  }
}

TEST_CASE("keys of small order and malleable signatures are refused", "[signature]") {
  const Bytes small_order = Hex("01") + Bytes(31, '\0');
  // With the identity as key and R, and s = 0, the equation holds for any message.
  const Bytes universal = small_order + Bytes(32, '\0');
  const DeviceKey weak = DeviceKey::From(small_order, "test").value();
  CHECK_FALSE(VerifySignature<Purpose::kLogin>(weak, {"anything", universal}, "x").ok());

  const SigningKey key = SigningKey::Generate();
  Bytes signature = key.Sign(Purpose::kLogin, "statement").str();
  const Bytes order = Hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned sum = static_cast<unsigned char>(signature[32 + i]) +
                         static_cast<unsigned char>(order[i]) + carry;
    signature[32 + i] = static_cast<char>(static_cast<unsigned char>(sum));
    carry = sum >> 8;
  }
  const auto own = key.public_key<DeviceKey>();
  CHECK_FALSE(VerifySignature<Purpose::kLogin>(own, {"statement", signature}, "x").ok());
}

}  // namespace
}  // namespace holdfast::crypto
