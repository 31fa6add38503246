// Bodies: padded, sealed, committed to their key.
#include "crypto/body.h"

#include "crypto/aead.h"
#include "crypto/public/hash.h"
#include "rules/limits.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

TEST_CASE("content of every size fills the smallest bucket that holds it", "[body]") {
  const ContentKey key = ContentKey::Random();
  for (const std::size_t bucket : limits::kBucketBytes) {
    for (const std::size_t size : {bucket - 1, bucket, bucket + 1}) {
      const Bytes content(size, '\0');  // zeros: the padding's own byte
      const auto body = SealBody(key, "header", content);
      if (size > limits::kContentBytesMax) {
        CHECK(Refuses(body.status(), Reason::kTooLarge, "content"));
        continue;
      }
      REQUIRE(body.ok());
      const std::size_t expected = size < bucket ? bucket : bucket * 2;
      CHECK(body->size() == expected + 72);
      CHECK(SealedBodyBytes(size).value() == body->size());
      CHECK(OpenBody(key, "header", *body).value() == content);
    }
  }
  CHECK(OpenBody(key, "header", SealBody(key, "header", "").value()).value().empty());
}

TEST_CASE("a body does not show whether its content is short or long", "[body]") {
  const ContentKey key = ContentKey::Random();
  CHECK(SealBody(key, "header", "").value().size() ==
        SealBody(key, "header", Bytes(255, 'x')).value().size());
}

TEST_CASE("all failures to open a body look alike", "[body]") {
  const ContentKey key = ContentKey::Random();
  const Bytes body = SealBody(key, "header", "hello").value();
  const absl::Status expected = OpenBody(ContentKey::Random(), "header", body).status();
  CHECK(Refuses(expected, Reason::kNotDecryptable, "body"));
  for (std::size_t i = 0; i < body.size(); ++i) {
    Bytes changed = body;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK(OpenBody(key, "header", changed).status() == expected);
  }
  CHECK(OpenBody(key, "headers", body).status() == expected);
  CHECK(OpenBody(key, "header", body + 'x').status() == expected);
  CHECK(OpenBody(key, "header", BytesView(body).substr(1)).status() == expected);
  CHECK(OpenBody(key, "header", {}).status() == expected);
}

// A body under `key` whose padded content is exactly `padded`.
Bytes BodyOver(const ContentKey& key, BytesView padded) {
  const auto body_key = DeriveSecret<WrapKey>(key.Expose(), Purpose::kBodyKey);
  return Bytes(DeriveBytes(key.Expose(), Purpose::kBodyCommitment, {}, 32).Expose()) +
         AeadSeal(body_key, padded, AssociatedData{"header"});
}

TEST_CASE("padding is checked, and only the smallest bucket is taken", "[body]") {
  const ContentKey key = ContentKey::Random();
  const Bytes mark = Hex("80");
  CHECK(OpenBody(key, "header", BodyOver(key, "hi" + mark + Bytes(253, '\0'))).value() == "hi");
  CHECK_FALSE(OpenBody(key, "header", BodyOver(key, Bytes(256, '\0'))).ok());
  CHECK_FALSE(OpenBody(key, "header", BodyOver(key, "hi" + mark + Bytes(252, '\0') + 'x')).ok());
  CHECK_FALSE(OpenBody(key, "header", BodyOver(key, "hi" + mark + Bytes(509, '\0'))).ok());
}

TEST_CASE("a body commits to one key", "[body]") {
  const ContentKey key = ContentKey::Random();
  const ContentKey other = ContentKey::Random();
  Bytes body = SealBody(key, "header", "hello").value();
  body.replace(0, 32, SealBody(other, "header", "hello").value(), 0, 32);
  CHECK_FALSE(OpenBody(key, "header", body).ok());
  CHECK_FALSE(OpenBody(other, "header", body).ok());
}

}  // namespace
}  // namespace holdfast::crypto
