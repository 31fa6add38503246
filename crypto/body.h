// A message's content, encrypted once: padded to a bucket, under a fresh content
// key, with the header as associated data and a commitment to the key in front
// (crypto/PROTOCOL.md "Body").
#pragma once

#include "absl/status/statusor.h"
#include "crypto/public/secret.h"

namespace holdfast::crypto {

// Size of the sealed body for content of this size; too_large beyond the largest
// bucket. Needed for the header, which is associated data.
absl::StatusOr<std::size_t> SealedBodyBytes(std::size_t content_bytes);

// commitment (32) || nonce (24) || ciphertext || tag (16).
absl::StatusOr<Bytes> SealBody(const ContentKey& key, BytesView header, BytesView content);
// The commitment is checked first. not_decryptable naming "body"; no padding
// oracle: all failures look alike.
absl::StatusOr<Bytes> OpenBody(const ContentKey& key, BytesView header, BytesView body);

}  // namespace holdfast::crypto
