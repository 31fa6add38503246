// A meeting asks for nothing that it knows, and commits once what comes together: so it
// costs little with many bonds.
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

struct CallsSeen {
  explicit CallsSeen(TestPerson& person) {
    person.transport.on_request = [this](const std::string& method, google::protobuf::Message&) {
      ++count[method];
    };
  }
  std::map<std::string, int> count;
};

void PauseTimes(TestCouple& couple, int times) {
  for (int i = 1; i <= times; ++i) {
    const std::uint64_t until_ms =
        couple.practice.clock.wall_ms + static_cast<std::uint64_t>(i) * limits::kHourMs;
    REQUIRE(couple.client.engine->Pause(couple.client.bond(), until_ms).ok());
  }
  REQUIRE(couple.client.Sync().ok());
}

}  // namespace

TEST_CASE("Devices that are known as they are named are not asked for, newer ones are") {
  TestCouple couple;
  REQUIRE(couple.therapist.Sync().ok());
  CallsSeen calls(couple.therapist);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(calls.count["GetDevices"] == 1);  // its own account's
  couple.practice.Pass(limits::kPrekeyRotationMs + limits::kHourMs);
  REQUIRE(couple.client.Sync().ok());  // with a new prekey
  calls.count.clear();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(calls.count["GetDevices"] == 2);
  calls.count.clear();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(calls.count["GetDevices"] == 1);
}

TEST_CASE("A practice that names no devices is asked for them each time") {
  TestCouple couple;
  couple.therapist.transport.on_response = [](const std::string& method,
                                              google::protobuf::Message& message) {
    if (method != "ListBonds") return;
    for (v1::Bond& bond : *static_cast<v1::ListBondsResponse&>(message).mutable_bonds()) {
      bond.clear_devices();
    }
  };
  REQUIRE(couple.therapist.Sync().ok());
  CallsSeen calls(couple.therapist);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(calls.count["GetDevices"] == 2);
}

TEST_CASE("Lists that cannot be true are asked for again, whatever they are named") {
  TestCouple couple;
  couple.therapist.transport.on_response = [](const std::string& method,
                                              google::protobuf::Message& message) {
    if (method == "ListBonds") {
      auto& bonds = static_cast<v1::ListBondsResponse&>(message);
      bonds.mutable_bonds(0)->set_devices(Bytes(32, 'x'));
    }
    if (method != "GetDevices") return;
    auto& devices = *static_cast<v1::GetDevicesResponse&>(message).mutable_devices();
    devices.mutable_prekeys(0)->mutable_signature()->at(3) ^= 1;
  };
  CallsSeen calls(couple.therapist);
  for (int i = 1; i <= 2; ++i) {
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(calls.count["GetDevices"] == 2 * i);
    CHECK(Has(couple.therapist.AlarmReasons(), Reason::kIntegrity));
  }
}

TEST_CASE("What came as an answer is not read again where the mailbox brings it too") {
  TestCouple couple;
  PauseTimes(couple, 3);
  CallsSeen calls(couple.client);
  REQUIRE(couple.client.Sync().ok());
  CHECK(calls.count["ReadLedger"] == 0);
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("What came as an answer and not by the mailbox is read, under a watch too") {
  TestCouple couple;
  PauseTimes(couple, 1);
  couple.client.transport.on_response = [](const std::string& method,
                                           google::protobuf::Message& message) {
    if (method == "Subscribe") static_cast<v1::SubscribeResponse&>(message).clear_entries();
  };
  CallsSeen calls(couple.client);
  REQUIRE(couple.client.Sync().ok());
  CHECK(calls.count["ReadLedger"] == 1);
  calls.count.clear();
  couple.client.engine->Watch({});
  couple.executor.RunFor(1000);
  CHECK(calls.count["ReadLedger"] == 1);
}

TEST_CASE("Entries of ledgers that come together are one commit") {
  TestCouple couple;
  PauseTimes(couple, 50);
  const std::size_t before = couple.therapist.storage.commits();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.storage.commits() - before < 10);
  CHECK(couple.therapist.LedgerKinds().size() == 50);
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("Entries that cannot be taken in together are taken in one after the other") {
  TestCouple couple;
  PauseTimes(couple, 20);
  const std::size_t commits = couple.therapist.storage.commits();
  for (std::size_t fails = 1; fails <= 6; ++fails) {
    TestPerson& therapist = couple.therapist;
    therapist.storage.before_commit = [at = therapist.storage.commits() +
                                            fails](std::size_t number) { return number != at; };
    (void)therapist.Sync();
    therapist.storage.before_commit = nullptr;
  }
  CHECK(couple.therapist.storage.commits() > commits + 20);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.LedgerKinds().size() == 20);
  CHECK(couple.therapist.AlarmReasons().empty());
}

}  // namespace holdfast::client
