// Hashes and key derivation, against published vectors.
#include "crypto/public/hash.h"

#include <sodium.h>

#include <set>

#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

TEST_CASE("HKDF-SHA-256 agrees with RFC 5869", "[hash]") {
  Bytes long_key, long_salt, long_info;
  for (int i = 0; i < 80; ++i) {
    long_key += static_cast<char>(i);
    long_salt += static_cast<char>(0x60 + i);
    long_info += static_cast<char>(0xb0 + i);
  }
  const Bytes key(22, '\x0b');
  CHECK(
      ToHex(
          Hkdf(Hex("000102030405060708090a0b0c"), key, Hex("f0f1f2f3f4f5f6f7f8f9"), 42).Expose()) ==
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  CHECK(ToHex(Hkdf(long_salt, long_key, long_info, 82).Expose()) ==
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e"
        "590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
  CHECK(ToHex(Hkdf({}, key, {}, 42).Expose()) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("HMAC-SHA-256 agrees with RFC 4231", "[hash]") {
  CHECK(HmacSha256(Bytes(20, '\x0b'), {"Hi There"}).hex() ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(HmacSha256("Jefe", {"what do ya want ", "for nothing?"}).hex() ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(HmacSha256(Bytes(131, '\xaa'), {"Test Using Larger Than Block-Size Key - Hash Key First"})
            .hex() == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("SHA-256 agrees with FIPS 180", "[hash]") {
  CHECK(Sha256({"a", "bc"}).hex() ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// Expected values from Python's hashlib.blake2b(..., digest_size=32).
TEST_CASE("a domain hash is BLAKE2b-256 of domain, zero byte and parts", "[hash]") {
  unsigned char plain[32];
  crypto_generichash(plain, sizeof plain, reinterpret_cast<const unsigned char*>("abc"), 3, nullptr,
                     0);
  CHECK(ToHex({reinterpret_cast<const char*>(plain), sizeof plain}) ==
        "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  CHECK(DomainHash(Purpose::kMessageHash, {"he", "llo"}).hex() ==
        "4d00b6227574f0412ef40e48046878984007b1fbadceabff073fbccada0bd51b");
  CHECK(DomainHash(Purpose::kMessageHash, {"hello"}) ==
        DomainHash(Purpose::kMessageHash, {"", "hello"}));
}

TEST_CASE("no two purposes share or extend a domain", "[hash]") {
  std::set<std::string_view> domains;
  for (int i = 0; i <= static_cast<int>(Purpose::kVaultWrap); ++i) {
    const std::string_view domain = DomainOf(static_cast<Purpose>(i));
    CHECK(domain.starts_with("Holdfast/v1/"));
    CHECK(domain.find('\0') == std::string_view::npos);
    CHECK(domains.insert(domain).second);
  }
}

TEST_CASE("derived keys differ by purpose and by context", "[hash]") {
  const Bytes input(16, 'k');
  const auto psk = DeriveSecret<PreSharedKey>(input, Purpose::kInvitationPsk, "one");
  CHECK(psk == DeriveSecret<PreSharedKey>(input, Purpose::kInvitationPsk, "one"));
  CHECK_FALSE(psk == DeriveSecret<PreSharedKey>(input, Purpose::kInvitationPsk, "two"));
  CHECK_FALSE(psk == DeriveSecret<PreSharedKey>(input, Purpose::kInvitationMac, "one"));
  CHECK(DeriveBytes(input, Purpose::kInvitationPsk, "one", 32) ==
        Hkdf({}, input, Bytes("Holdfast/v1/invitation-psk") + '\0' + "one", 32));
}

TEST_CASE("MACs are compared whole", "[hash]") {
  const auto key = FromText<MacKey>(std::string(64, '1'));
  const Mac mac = DomainMac(key, Purpose::kInvitationMac, {"answer"});
  CHECK(mac ==
        HmacSha256(key.Expose(), {"Holdfast/v1/invitation-mac", BytesView("\0", 1), "answer"}));
  CHECK(MacEqual(mac, mac));
  for (std::size_t i = 0; i < Mac::size; ++i) {
    Mac other = mac;
    other.data()[i] ^= 1;
    CHECK_FALSE(MacEqual(mac, other));
  }
}

}  // namespace
}  // namespace holdfast::crypto
