// What a command and the agent that holds a vault's key read from each other's socket.
#include "client/agent/agent_wire.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const BytesView input = fuzz::View(data, size);
  fuzz::CheckCanonical(input, client::DecodeAgentRequest, client::EncodeAgentRequest);
  fuzz::CheckCanonical(input, client::DecodeAgentAnswer, client::EncodeAgentAnswer);
  return 0;
}
