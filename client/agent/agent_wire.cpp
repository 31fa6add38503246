#include "client/agent/agent_wire.h"

#include "rules/codec.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

// A value of an enumeration that has all from 1 to `last`.
template <class Value>
Value Among(Decoder& decoder, std::string_view field, Value last) {
  const std::uint8_t value = decoder.U8(field);
  if (value < 1 || value > static_cast<std::uint8_t>(last)) {
    decoder.Fail(field, "is none of those that there are");
  }
  return static_cast<Value>(value);
}

}  // namespace

Bytes EncodeAgentRequest(const AgentRequest& request) {
  return Encoder()
      .U8(kAgentVersion)
      .U8(static_cast<std::uint8_t>(request.ask))
      .Fixed(request.vault)
      .Take();
}

absl::StatusOr<AgentRequest> DecodeAgentRequest(BytesView bytes) {
  Decoder decoder(bytes, "agent_request");
  AgentRequest request;
  decoder.Version(kAgentVersion);
  request.ask = Among(decoder, "ask", AgentAsk::kEnd);
  request.vault = decoder.Fixed<Hash>("vault");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return request;
}

Bytes EncodeAgentAnswer(const AgentAnswer& answer) {
  return Encoder()
      .U8(kAgentVersion)
      .U8(static_cast<std::uint8_t>(answer.has))
      .U8(answer.memory_locked ? 1 : 0)
      .U64(answer.left_ms)
      .Take();
}

absl::StatusOr<AgentAnswer> DecodeAgentAnswer(BytesView bytes) {
  Decoder decoder(bytes, "agent_answer");
  AgentAnswer answer;
  decoder.Version(kAgentVersion);
  answer.has = Among(decoder, "has", AgentHas::kNotUnderstood);
  answer.memory_locked = decoder.Flag("memory_locked");
  answer.left_ms = decoder.U64("left_ms");
  if (answer.left_ms > kHeldMsMax) decoder.Fail("left_ms", "is longer than a key may be held");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return answer;
}

}  // namespace holdfast::client
