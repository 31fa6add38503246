#include "crypto/body.h"

#include <algorithm>

#include "crypto/aead.h"
#include "crypto/padding.h"
#include "crypto/public/hash.h"
#include "rules/header.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

struct BodyKeyTag : SealingTag {};
using BodyKey = Secret<32, BodyKeyTag>;
using Commitment = Secret<32, struct CommitmentTag>;  // compared in constant time

static_assert(Commitment::size + kAeadOverheadBytes == limits::kBodyOverheadBytes);

absl::Status BodyNotDecryptable() {
  return Refuse(Reason::kNotDecryptable, "body",
                "does not open with the key that came for it. It was changed on its way, or the "
                "sender's device is broken");
}

}  // namespace

absl::StatusOr<std::size_t> SealedBodyBytes(std::size_t content_bytes) {
  const auto bucket = std::ranges::upper_bound(limits::kBucketBytes, content_bytes);
  if (bucket == limits::kBucketBytes.end()) {
    return Refuse(
        Reason::kTooLarge, "content",
        "is larger than " + std::to_string(limits::kContentBytesMax) + " bytes; send it in parts");
  }
  return *bucket + limits::kBodyOverheadBytes;
}

absl::StatusOr<Bytes> SealBody(const ContentKey& key, BytesView header, BytesView content) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t size, SealedBodyBytes(content.size()));
  const KeySource keys(key.Expose());
  const auto body_key = keys.Derive<BodyKey>(Purpose::kBodyKey);
  const auto commitment = keys.Derive<Commitment>(Purpose::kBodyCommitment);
  const SecretBytes padded = Pad(content, size - limits::kBodyOverheadBytes);
  Bytes body;
  body.reserve(size);
  body += commitment.Expose();
  body += AeadSeal(body_key, padded.Expose(), AssociatedData{header});
  return body;
}

absl::StatusOr<Bytes> OpenBody(const ContentKey& key, BytesView header, BytesView body) {
  if (!IsSealedBucket(body.size())) return BodyNotDecryptable();
  const KeySource keys(key.Expose());
  const auto expected = keys.Derive<Commitment>(Purpose::kBodyCommitment);
  const auto commitment = Commitment::From(body.substr(0, Commitment::size), "body");
  if (!commitment.ok() || !(*commitment == expected)) return BodyNotDecryptable();
  const auto body_key = keys.Derive<BodyKey>(Purpose::kBodyKey);
  const auto padded =
      AeadOpen(body_key, body.substr(Commitment::size), AssociatedData{header}, "body");
  if (!padded.ok()) return BodyNotDecryptable();
  const auto content = Unpad(padded->Expose());
  // Content that would have fitted a smaller bucket was padded by no honest sender.
  if (!content || SealedBodyBytes(content->size()).value() != body.size()) {
    return BodyNotDecryptable();
  }
  return Bytes(*content);
}

}  // namespace holdfast::crypto
