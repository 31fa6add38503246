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
  CHECK(ReasonOf(third.Link(*before).status()) == Reason::kLinkExpired);
  CHECK_FALSE(third.engine->has_account());
  all.Link(third);
  CHECK(third.engine->Bonds()->size() == 1);
  CheckCalm(third);
}

}  // namespace holdfast::client
