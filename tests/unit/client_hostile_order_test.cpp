// A practice that lies about what it stored, refused and when.
#include <algorithm>
#include <set>

#include "client/core/limits.h"
#include "crypto/public/merkle.h"
#include "crypto/public/practice.h"
#include "crypto/public/purpose.h"
#include "rules/header.h"
#include "rules/receipt.h"
#include "unit/client_vault_edit.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;
using google::protobuf::Message;

TEST_CASE("A practice that asks for new lists and shows none gets the same bytes every time") {
  TestCouple couple;
  REQUIRE(couple.client.Note("first").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  std::set<std::string> sealed;
  couple.client.transport.on_request = [&](const std::string& method, Message& message) {
    if (method != "Send") return;
    auto& request = static_cast<v1::SendRequest&>(message);
    sealed.insert(request.capsules(0).sealed());
    request.mutable_header()->back() = 9;  // names a list that is not the newest
  };
  const EnvelopeId second = couple.client.Note("second").value();
  for (int i = 0; i < 10; ++i) {
    CHECK(ReasonOf(couple.client.Sync().status()) == Reason::kStaleDeviceList);
  }
  CHECK(sealed.size() == 1);
  CHECK(couple.client.StateOf(second) == MessageState::kQueued);
  couple.client.transport.on_request = nullptr;
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"first", "second"});
  CHECK(couple.therapist.TakeAlarms().empty());
}

TEST_CASE("A message refused for its lists holds up no other bond") {
  TestCouple couple;
  SecondClient lea(couple);
  const BondId kim_bond = couple.client.bond();
  REQUIRE(NoteTo(couple.therapist, kim_bond, "to Kim").ok());
  REQUIRE(NoteTo(couple.therapist, lea.person.bond(), "to Lea").ok());
  couple.therapist.transport.on_request = [&](const std::string& method, Message& message) {
    if (method != "Send") return;
    auto& request = static_cast<v1::SendRequest&>(message);
    if (DecodeHeader(request.header())->bond == kim_bond) request.mutable_header()->back() = 9;
  };
  CHECK(ReasonOf(couple.therapist.Sync().status()) == Reason::kStaleDeviceList);
  CHECK(couple.therapist.engine->Queued().value() == 1);
  REQUIRE(lea.person.Sync().ok());
  CHECK(lea.person.Texts() == Texts{"to Lea"});
}

}  // namespace
}  // namespace holdfast::client
