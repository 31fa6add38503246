// A malicious practice and the devices that an account has: one that it lets go on, and one whose
// messages it holds back.
#include <optional>

#include "hostile/account_world.h"
#include "rules/header.h"

namespace holdfast::test {
namespace {

// The client's second device is linked and settled.
struct TwoDevices : AccountWorld {
  TwoDevices() {
    REQUIRE(Link(MakeLink().at("link")).exit_code == kExitOk);
    other = client.Do({"devices"}).at("devices").at(1).at("id");
    for (Person* person : {&client, &therapist, &fresh}) person->Try({"sync"});
  }
  std::string other;
};

bool Names(const Outcome& outcome, const std::string& kind) {
  return outcome.out.find(kind) != std::string::npos || outcome.err.find(kind) != std::string::npos;
}

TEST_CASE("an honest practice shuts a suspended device out, and nobody is alarmed",
          "[own_devices]") {
  TwoDevices world;
  CHECK(world.client.Try({"devices", "suspend", world.other}).exit_code == kExitOk);
  CHECK(ReasonIn(world.fresh.Try(Person::CheckInCommand("not any more"), "{}")) ==
        "device_suspended");
  for (Person* person : {&world.client, &world.therapist}) {
    const Outcome synced = person->Try({"sync"});
    INFO(Describe(synced));
    CHECK(synced.exit_code == kExitOk);
    CHECK(ComplaintsIn(synced).empty());
  }
}

TEST_CASE("a suspended device that the practice lets go on is told to whoever suspended it",
          "[own_devices]") {
  TwoDevices world;
  Tamper tamper;
  tamper.swallow_suspensions = true;
  world.Do(tamper);
  CHECK(world.client.Try({"devices", "suspend", world.other}).exit_code == kExitOk);
  CHECK(world.fresh.Try(Person::CheckInCommand("as if nothing were"), "{}").exit_code == kExitOk);
  const Outcome noticed = world.client.Try({"sync"});
  CheckAlarm(noticed);
  CHECK(Names(noticed, "suspended-goes-on"));
  // What it wrote is shown, so that the owner sees it; and the code ends it, whatever the practice
  // would like: the other side's device is told, and seals nothing for it.
  CHECK_NOTHROW(MessageWith(world.client.Inbox(), "as if nothing were"));
  CHECK(world.client
            .Try({"devices", "unlink", world.other, "--recovery-code-file", "-"}, world.client_code)
            .exit_code == kExitOk);
  world.therapist.Try({"sync"});
  world.therapist.Do({"send", "--text", "for the others alone"});
  world.fresh.Try({"sync"});
  CHECK_THROWS(MessageWith(world.fresh.Inbox(), "for the others alone"));
  world.client.Try({"sync"});
  CHECK_NOTHROW(MessageWith(world.client.Inbox(), "for the others alone"));
}

TEST_CASE("what is held back of one of two devices its own next message shows", "[own_devices]") {
  const bool honest = GENERATE(true, false);
  TwoDevices world;
  std::optional<DeviceId> held;
  Tamper tamper;
  tamper.sent = [&](const v1::SendRequest& request, const v1::SendResponse&) {
    if (!held) held = DecodeHeader(request.header())->sender_device;
  };
  world.Do(tamper);
  world.fresh.CheckIn("of the second device");
  REQUIRE(held.has_value());
  tamper.sent = nullptr;
  if (!honest) {
    tamper.page = [&](v1::SubscribeResponse& page) {
      auto& entries = *page.mutable_entries();
      entries.erase(std::remove_if(entries.begin(), entries.end(),
                                   [&](const v1::Entry& entry) {
                                     const auto header = DecodeHeader(entry.delivery().header());
                                     return header.ok() && header->sender_device == *held;
                                   }),
                    entries.end());
    };
  }
  world.Honest();
  world.client.Try({"sync"});  // has it, and says so in what it writes
  world.client.CheckIn("of the first device");
  world.Do(tamper);
  const Outcome noticed = world.therapist.Try({"sync"});
  INFO(Describe(noticed));
  if (honest) {
    CHECK(noticed.exit_code == kExitOk);
    CHECK_NOTHROW(MessageWith(world.therapist.Inbox(), "of the second device"));
  } else {
    // The other one's message alone does not show it, and nothing says that it was delivered.
    world.Honest();
    world.fresh.Try({"sync"});
    CHECK(MessageWith(world.fresh.Inbox(), "of the second device").at("state") == "stored");
    world.fresh.CheckIn("and again of the second");
    CheckAlarm(world.therapist.Try({"sync"}));
  }
}

}  // namespace
}  // namespace holdfast::test
