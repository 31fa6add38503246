// The practice's TLS key and certificate.
#include "server/ops/tls_identity.h"

#include "crypto/public/secret.h"
#include "rules/errors.h"
#include "server/ops/init.h"
#include "server/ops/tls_renewal.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

TEST_CASE("a TLS identity is good for years, from before now") {
  REQUIRE(crypto::Initialise().ok());
  const auto made = MakeTlsIdentity("practice.example");
  REQUIRE(made.ok());
  const auto facts = InspectTlsIdentity(*made);
  REQUIRE(facts.ok());
  CHECK_FALSE(facts->key_hash.is_zero());
  constexpr std::uint64_t kYearMs = 365ULL * 24 * 60 * 60 * 1000;
  CHECK(facts->not_after_ms - facts->not_before_ms > 9 * kYearMs);
}

TEST_CASE("a certificate can be made for a name, an address and a very long name") {
  for (const std::string& host : {std::string("127.0.0.1"), std::string("::1"),
                                  std::string("localhost"), std::string(200, 'a')}) {
    INFO(host);
    CHECK(MakeTlsIdentity(host).ok());
  }
}

TEST_CASE("two identities have two keys, and one's key does not fit the other") {
  const auto one = MakeTlsIdentity("localhost");
  const auto two = MakeTlsIdentity("localhost");
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  CHECK(InspectTlsIdentity(*one)->key_hash != InspectTlsIdentity(*two)->key_hash);
  CHECK(ReasonOf(InspectTlsIdentity({one->key.Clone(), two->certificate}).status()) ==
        Reason::kStorageFailed);
  CHECK_FALSE(InspectTlsIdentity({crypto::SecretBytes(), one->certificate}).ok());
  CHECK_FALSE(InspectTlsIdentity({one->key.Clone(), "not a certificate"}).ok());
}

// The private number of a P-256 key in PKCS #8 begins there; its public half lies behind.
constexpr std::size_t kPrivateNumberAt = 36;

std::string WithBitFlipped(const std::string& pem, std::size_t at) {
  constexpr std::string_view kBegin = "-----BEGIN PRIVATE KEY-----\n";
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::size_t letter = kBegin.size() + at * 4 / 3 + 1;
  std::string changed = pem;
  changed[letter] = kDigits[kDigits.find(changed[letter]) ^ 1U];
  return changed;
}

TEST_CASE("one bit in the TLS key is found before anybody is served") {
  const auto made = MakeTlsIdentity("localhost");
  REQUIRE(made.ok());
  for (std::size_t byte = kPrivateNumberAt + 2; byte < kPrivateNumberAt + 26; byte += 6) {
    INFO(byte);
    const auto damaged = crypto::SecretBytes(WithBitFlipped(std::string(made->key.Expose()), byte));
    REQUIRE_FALSE(damaged == made->key);
    CHECK(ReasonOf(InspectTlsIdentity({damaged.Clone(), made->certificate}).status()) ==
          Reason::kStorageFailed);
  }
}

TEST_CASE("a renewed certificate is over the same key, and good for years again") {
  const auto made = MakeTlsIdentity("localhost");
  REQUIRE(made.ok());
  const auto renewed = RenewTlsCertificate(*made, "localhost");
  REQUIRE(renewed.ok());
  CHECK(renewed->certificate != made->certificate);
  CHECK(renewed->key == made->key);
  const auto before = InspectTlsIdentity(*made);
  const auto after = InspectTlsIdentity(*renewed);
  REQUIRE(after.ok());
  CHECK(after->key_hash == before->key_hash);
  CHECK(after->not_after_ms >= before->not_after_ms);
  CHECK(after->is_self_signed);
}

DataDirectory MadeAt(const std::filesystem::path& path) {
  REQUIRE(crypto::Initialise().ok());
  REQUIRE(InitPractice(path, "practice.example").ok());
  return DataDirectory::Open(path).value();
}

struct Directory {
  test::TempDir temp;
  DataDirectory data = MadeAt(temp / "practice");

  TlsFacts Facts() const { return InspectTlsIdentity(ReadTlsIdentity(data).value()).value(); }
};

TEST_CASE("a certificate is renewed in time, by itself, and not before") {
  const Directory practice;
  const TlsFacts made = practice.Facts();
  const std::string before = test::ReadFile(practice.data.tls_certificate());
  const std::uint64_t early_ms = made.not_after_ms - kTlsRenewAheadMs - 1;
  CHECK_FALSE(RenewInTime(practice.data, "practice.example", early_ms));
  CHECK(test::ReadFile(practice.data.tls_certificate()) == before);
  SECTION("half a year before it ends") {
    CHECK(RenewInTime(practice.data, "practice.example", early_ms + 2));
  }
  SECTION("after it ended") {
    CHECK(RenewInTime(practice.data, "practice.example", made.not_after_ms + 1));
  }
  SECTION("where a clock that was ahead made it") {
    CHECK(RenewInTime(practice.data, "practice.example", made.not_before_ms - 1));
  }
  CHECK(test::ReadFile(practice.data.tls_certificate()) != before);
  CHECK(practice.Facts().key_hash == made.key_hash);
}

TEST_CASE("a clock that has lost its battery renews nothing") {
  const Directory practice;
  CHECK_FALSE(RenewInTime(practice.data, "practice.example", 0));
}

}  // namespace
}  // namespace holdfast::server
