// Taking back what was written ahead, at moments when it is under way.
#include "rules/header.h"
#include "support/ahead_couple.h"

namespace holdfast::client {
namespace {

using limits::kDayMs;

TEST_CASE("A note that is withdrawn while another one goes out stays here, and nothing fails") {
  AheadCouple couple;
  const auto one = couple.therapist.Ahead("one", couple.At(kDayMs));
  const auto other = couple.therapist.Ahead("other", couple.At(kDayMs));
  std::optional<EnvelopeId> withdrawn;
  couple.therapist.transport.on_request = [&](const std::string& method,
                                              google::protobuf::Message& request) {
    if (method != "Send" || withdrawn) return;
    const auto header = DecodeHeader(dynamic_cast<const v1::SendRequest&>(request).header());
    REQUIRE(header.ok());
    if (header->release.when == ReleaseWhen::kNow) return;
    withdrawn = header->envelope == *one ? *other : *one;
    REQUIRE(couple.therapist.engine->Withdraw(*withdrawn).ok());
  };
  CHECK(couple.therapist.Sync().ok());
  couple.therapist.transport.on_request = nullptr;
  REQUIRE(withdrawn.has_value());
  CHECK(couple.therapist.StateOf(*withdrawn) == MessageState::kWithdrawn);
  couple.Pass(2 * kDayMs);
  CHECK(couple.client.Texts().size() == 1);
  couple.NoAlarms();
}

}  // namespace
}  // namespace holdfast::client
