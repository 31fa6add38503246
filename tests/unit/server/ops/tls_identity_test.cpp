// The practice's TLS key and certificate.
#include "crypto/public/secret.h"
#include "rules/errors.h"
#include "server/ops/tls_identity.h"
#include "support/catch.h"

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
  CHECK(ReasonOf(InspectTlsIdentity({one->key, two->certificate}).status()) ==
        Reason::kStorageFailed);
  CHECK_FALSE(InspectTlsIdentity({"", one->certificate}).ok());
  CHECK_FALSE(InspectTlsIdentity({one->key, "not a certificate"}).ok());
}

}  // namespace
}  // namespace holdfast::server
