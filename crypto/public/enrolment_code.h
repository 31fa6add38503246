// What an operator hands a therapist: where the practice is, its signing key, and
// a one-time secret. Known to the operator, so never a key for messages.
#pragma once

#include <cstdint>
#include <string>

#include "crypto/public/secret.h"

namespace holdfast::crypto {

struct EnrolmentCode {
  CodeSecret secret;
  PracticeKey practice;
  std::uint64_t expires_at_ms = 0;  // whole seconds in the text
  std::string address;              // host:port, at most limits::kAddressBytesMax
};

std::string EncodeEnrolmentCode(const EnrolmentCode& code);  // "HFE-…"
absl::StatusOr<EnrolmentCode> DecodeEnrolmentCode(std::string_view text);
// 32 bytes that the device shows the server, and the hash that the server keeps.
SecretBytes EnrolmentToken(const CodeSecret& secret);
Hash EnrolmentTokenHash(BytesView token);

}  // namespace holdfast::crypto
