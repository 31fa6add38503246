// What a command and an agent say to each other.
#include "client/agent/agent_wire.h"

#include "rules/errors.h"
#include "support/catch.h"

namespace holdfast::client {
namespace {

Hash Some(char c) { return Hash::From(Bytes(Hash::size, c), "vault").value(); }

TEST_CASE("A request and an answer are read as they were written") {
  const AgentRequest request{AgentAsk::kHowLong, Some('v')};
  CHECK(DecodeAgentRequest(EncodeAgentRequest(request)).value() == request);
  CHECK(EncodeAgentRequest(request).size() == kAgentRequestBytes);
  const AgentAnswer answer{AgentHas::kIt, true, kHeldMsMax};
  CHECK(DecodeAgentAnswer(EncodeAgentAnswer(answer)).value() == answer);
  CHECK(EncodeAgentAnswer(answer).size() == kAgentAnswerBytes);
}

TEST_CASE("Of a packet that is not whole, or says what there is not, nothing is understood") {
  const Bytes request = EncodeAgentRequest({AgentAsk::kKey, Some('v')});
  const Bytes answer = EncodeAgentAnswer({AgentHas::kIt, false, 1000});
  for (std::size_t size = 0; size < request.size(); ++size) {
    CHECK_FALSE(DecodeAgentRequest(request.substr(0, size)).ok());
  }
  for (std::size_t size = 0; size < answer.size(); ++size) {
    CHECK_FALSE(DecodeAgentAnswer(answer.substr(0, size)).ok());
  }
  CHECK_FALSE(DecodeAgentRequest(request + '\0').ok());
  CHECK_FALSE(DecodeAgentAnswer(answer + '\0').ok());
  for (const char ask : {'\0', '\4', '\xff'}) {
    Bytes other = request;
    other[1] = ask;
    CHECK_FALSE(DecodeAgentRequest(other).ok());
  }
  for (const char has : {'\0', '\4', '\xff'}) {
    Bytes other = answer;
    other[1] = has;
    CHECK_FALSE(DecodeAgentAnswer(other).ok());
  }
  Bytes locked = answer;
  locked[2] = 2;
  CHECK_FALSE(DecodeAgentAnswer(locked).ok());
  CHECK_FALSE(DecodeAgentAnswer(EncodeAgentAnswer({AgentHas::kIt, true, kHeldMsMax + 1})).ok());
}

TEST_CASE("Another version is told from another question") {
  Bytes request = EncodeAgentRequest({AgentAsk::kKey, Some('v')});
  request[0] = 2;
  CHECK(ReasonOf(DecodeAgentRequest(request).status()) == Reason::kUnsupportedVersion);
  Bytes answer = EncodeAgentAnswer({AgentHas::kIt, true, 1});
  answer[0] = 0;
  CHECK(ReasonOf(DecodeAgentAnswer(answer).status()) == Reason::kUnsupportedVersion);
}

}  // namespace
}  // namespace holdfast::client
