// Sealing with associated data, against published vectors.
#include "crypto/aead.h"

#include <sodium.h>

#include <type_traits>

#include "crypto/vault_key.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

constexpr std::string_view kSunscreen =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";
struct TestKeyTag : SealingTag {};
using TestKey = Secret<32, TestKeyTag>;

const TestKey kKey =
    FromText<TestKey>("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
const Bytes kContext = Hex("50515253c0c1c2c3c4c5c6c7");

// Keys that were not made to seal, bytes, and the plaintext in the other's place do not
// compile.
static_assert(std::is_convertible_v<const VaultKey&, SealingKey>);
static_assert(std::is_convertible_v<const WrapKey&, SealingKey>);
static_assert(!std::is_convertible_v<const ContentKey&, SealingKey>);
static_assert(!std::is_convertible_v<const MacKey&, SealingKey>);
static_assert(!std::is_convertible_v<BytesView, SealingKey>);
static_assert(!std::is_convertible_v<BytesView, AssociatedData>);
static_assert(!std::is_convertible_v<AssociatedData, BytesView>);

// The draft's nonce is the wrapper's first 24 bytes, so its vector is a message of ours.
const Bytes kDraftMessage =
    Hex("404142434445464748494a4b4c4d4e4f5051525354555657"
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52e"
        "c0875924c1c7987947deafd8780acf49");

TEST_CASE("XChaCha20-Poly1305 opens the vector of draft-irtf-cfrg-xchacha", "[aead]") {
  CHECK(AeadOpen(kKey, kDraftMessage, AssociatedData{kContext}, "message").value().Expose() ==
        kSunscreen);
}

TEST_CASE("the library's ChaCha20-Poly1305 agrees with RFC 8439", "[aead]") {
  Bytes sealed(kSunscreen.size() + 16, '\0');
  const Bytes nonce = Hex("070000004041424344454647");
  const auto octets = [](BytesView bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
  };
  crypto_aead_chacha20poly1305_ietf_encrypt(
      reinterpret_cast<unsigned char*>(sealed.data()), nullptr, octets(kSunscreen),
      kSunscreen.size(), octets(kContext), kContext.size(), nullptr, octets(nonce), kKey.data());
  CHECK(ToHex(sealed) ==
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da"
        "92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585"
        "808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691");
}

TEST_CASE("every changed, missing or added byte of a sealed message is noticed", "[aead]") {
  const Bytes sealed = AeadSeal(kKey, "hello", AssociatedData{"context"});
  REQUIRE(sealed.size() == 5 + kAeadOverheadBytes);
  CHECK(AeadOpen(kKey, sealed, AssociatedData{"context"}, "message").value().Expose() == "hello");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK(Refuses(AeadOpen(kKey, changed, AssociatedData{"context"}, "message").status(),
                  Reason::kNotDecryptable, "message"));
    CHECK_FALSE(
        AeadOpen(kKey, BytesView(sealed).substr(0, i), AssociatedData{"context"}, "message").ok());
  }
  CHECK_FALSE(AeadOpen(kKey, sealed + 'x', AssociatedData{"context"}, "message").ok());
  CHECK_FALSE(AeadOpen(kKey, sealed, AssociatedData{"contexts"}, "message").ok());
  CHECK_FALSE(AeadOpen(TestKey::Random(), sealed, AssociatedData{"context"}, "message").ok());
}

TEST_CASE("the same text is never sealed to the same bytes", "[aead]") {
  CHECK(AeadSeal(kKey, "hello", {}) != AeadSeal(kKey, "hello", {}));
}

}  // namespace
}  // namespace holdfast::crypto
