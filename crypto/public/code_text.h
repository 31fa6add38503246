// Secrets that people carry: invitation, enrolment code, recovery code. Crockford
// base 32 in capitals behind a prefix, grouped for reading, with a 32-bit
// checksum. Reading forgives lower case, spaces, dashes, line breaks, and O for 0,
// I and L for 1, and takes the numbered lines of crypto/public/code_lines.h as well.
#pragma once

#include "absl/status/statusor.h"
#include "crypto/public/secret.h"

namespace holdfast::crypto {

// The largest payload, in bytes: an invitation with the longest address.
inline constexpr std::size_t kCodePayloadBytesMax = 512;

// "<prefix>-XXXXX-XXXXX-…" over length (2) || payload || checksum (4); the checksum
// covers the prefix too. At most kCodePayloadBytesMax bytes of payload.
std::string EncodeCode(std::string_view prefix, BytesView payload);
// malformed_field naming `field`: says whether the text is another kind of code,
// cut short, or mistyped; of lines, which one.
absl::StatusOr<SecretBytes> DecodeCode(std::string_view prefix, std::string_view text,
                                       std::string_view field);

}  // namespace holdfast::crypto
