// The bytes of one session message (crypto/PROTOCOL.md "Sessions"). Internal to
// crypto/; crypto/session_set.h is the way in.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "crypto/ratchet.h"

namespace holdfast::crypto {

// What the responder needs to answer a session's beginning.
struct Preamble {
  std::uint32_t prekey_id = 0;
  DhKey ephemeral;
};

struct SessionMessage {
  SessionId session;
  std::optional<Preamble> preamble;
  RatchetHeader header;
  BytesView front;   // all bytes before the nonce: authenticated
  BytesView sealed;  // nonce || ciphertext || tag
};

// version || session || flags || [prekey id || ephemeral] || ratchet header.
Bytes EncodeFront(const SessionId& session, const std::optional<Preamble>& preamble,
                  const RatchetHeader& header);
// Views into `bytes`; malformed_field or unsupported_version naming "capsule.…".
absl::StatusOr<SessionMessage> DecodeSessionMessage(BytesView bytes);

}  // namespace holdfast::crypto
