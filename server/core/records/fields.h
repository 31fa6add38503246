// Reading a request's fields: every refusal names the field as the request's
// author knows it.
#pragma once

#include "crypto/public/device.h"
#include "holdfast/v1/common.pb.h"
#include "rules/limits.h"

namespace holdfast::server {

// Exact sizes: "<field>.statement" 1 to `bytes_max` bytes, "<field>.signature" 64
// bytes.
absl::StatusOr<crypto::Signed> ReadSigned(const v1::SignedStatement& signed_statement,
                                          std::string_view field,
                                          std::size_t bytes_max = limits::kStatementBytesMax);

// malformed_field naming `field` unless `bytes` has exactly `size` bytes.
absl::Status CheckSize(BytesView bytes, std::size_t size, std::string_view field);

// A refusal by code that knows the part under another name: its field "<part>.x"
// (or "<part>") becomes "<field>.x". A broken signature in a request is its
// author's malformed field, not an alarm about stored things.
absl::Status Blame(const absl::Status& status, std::string_view part, std::string_view field);

// time_out_of_range where a device's clock wrote a time further ahead than
// limits::kSentAheadMsMax.
absl::Status CheckNotAhead(std::uint64_t time_ms, std::uint64_t now_ms, std::string_view field);

}  // namespace holdfast::server
