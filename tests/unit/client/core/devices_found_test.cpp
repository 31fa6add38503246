// What the simulation and other tests of several devices found, as small as it can be told.
#include "unit/client/core/several_devices.h"

namespace holdfast::client {

// The account that it seals has no key to the archive as it goes on: a device that came by it
// would see no bond.
TEST_CASE("A link code from before a device was unlinked makes no device, and says so") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Link();
  all.Settle({&couple.client, &all.second}, 1);
  const auto before = couple.client.MakeLink(couple.client_code);
  REQUIRE(before.ok());
  REQUIRE(couple.client.Unlink(OtherDevice(couple.client), couple.client_code).ok());
  TestPerson third(couple.practice, couple.executor);
  const Reason reason = ReasonOf(third.Link(*before).status());
  CHECK((reason == Reason::kLinkExpired || reason == Reason::kLinkUnknown));
  CHECK_FALSE(third.engine->has_account());
  all.Link(third);
  CHECK(third.engine->Bonds()->size() == 1);
  CheckCalm(third);
}

// Whoever follows learns of a device that was linked meanwhile from its first message.
TEST_CASE("A message of a device that was linked during a watch is opened by the first one") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto code = couple.client.MakeLink(couple.client_code);
  REQUIRE(code.ok());
  couple.client.engine->Watch({});
  couple.executor.RunFor(limits::kSecondMs);
  REQUIRE(all.second.Link(*code).ok());
  REQUIRE(all.second.Note("from the new one").ok());
  REQUIRE(all.second.Sync().ok());
  couple.executor.RunFor(limits::kSecondMs);
  couple.client.engine->StopWatching();
  CHECK(couple.client.Texts() == std::vector<std::string>{"from the new one"});
  CheckCalm(couple.client);
}

}  // namespace holdfast::client
