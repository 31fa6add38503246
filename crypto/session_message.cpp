#include "crypto/session_message.h"

#include "crypto/aead.h"
#include "rules/codec.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

constexpr std::uint8_t kHasPreamble = 1;

}  // namespace

Bytes EncodeFront(const SessionId& session, const std::optional<Preamble>& preamble,
                  const RatchetHeader& header) {
  Encoder encoder;
  encoder.U8(limits::kProtocolVersion).Fixed(session).U8(preamble ? kHasPreamble : 0);
  if (preamble) encoder.U32(preamble->prekey_id).Fixed(preamble->ephemeral);
  return encoder.Fixed(header.key).U32(header.previous).U32(header.number).Take();
}

absl::StatusOr<SessionMessage> DecodeSessionMessage(BytesView bytes) {
  Decoder decoder(bytes, "capsule");
  SessionMessage message;
  decoder.Version(limits::kProtocolVersion);
  message.session = decoder.Fixed<SessionId>("session");
  const bool has_preamble = decoder.Flag("flags");
  if (has_preamble) {
    const std::uint32_t prekey_id = decoder.U32("prekey_id");
    message.preamble = Preamble{prekey_id, decoder.Fixed<DhKey>("ephemeral")};
  }
  message.header.key = decoder.Fixed<DhKey>("ratchet_key");
  message.header.previous = decoder.U32("previous");
  message.header.number = decoder.U32("number");
  const std::size_t rest = decoder.remaining();
  if (bytes.size() > limits::kCapsuleBytesMax) decoder.Fail("sealed", "is too long");
  if (rest < kAeadOverheadBytes) decoder.Fail("sealed", "is cut short");
  message.front = bytes.substr(0, bytes.size() - rest);
  message.sealed = decoder.Raw(rest, "sealed");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return message;
}

}  // namespace holdfast::crypto
