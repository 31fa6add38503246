// One device shuts another out; the account key decides which of them goes on.
#include "server/core/records/records.h"
#include "support/catch.h"
#include "support/server_account.h"

namespace holdfast::server {
namespace {

struct Suspended : ServerWorld {
  Suspended()
      : bond(FormBond()),
        account(*this, bond.client),
        second(account.MakeFurther()),
        third(account.MakeFurther()) {
    account.List({&bond.client, &second, &third});
  }

  TestBond bond;
  TestAccount account;
  TestDevice second;
  TestDevice third;
};

}  // namespace

TEST_CASE("a suspended device may do nothing, and its subscription ends") {
  Suspended world;
  const auto suspension = world.account.MakeSuspension(world.bond.client, world.second);
  REQUIRE(world.account.Suspend(world.bond.client, suspension).ok());
  CHECK(world.wakes == std::vector<DeviceId>{world.second.id});
  CHECK(ReasonOf(AskWith(world, world.second)) == Reason::kDeviceSuspended);
  CHECK(FieldOf(AskWith(world, world.second)) == "authorization");
  CHECK(ReasonOf(world.Read(world.second, {}).status()) == Reason::kDeviceSuspended);
  CHECK(ReasonOf(LogInAs(world, world.second)) == Reason::kDeviceSuspended);
  CHECK(AskWith(world, world.third).ok());
  // It is still listed: messages go to it as well, and wait.
  v1::SendResponse sent;
  CHECK(world
            .Send(world.bond.therapist,
                  MakeSendTo(world, world.bond, world.bond.therapist, 1, 2,
                             {&world.bond.client, &world.second, &world.third}),
                  sent)
            .ok());
  // Again is OK and changes nothing.
  const MemoryStore::Rows rows = world.RowsButClock();
  CHECK(world.account.Suspend(world.bond.client, suspension).ok());
  CHECK(world.RowsButClock() == rows);
}

TEST_CASE("nobody but the device itself learns that it is suspended") {
  Suspended world;
  REQUIRE(
      world.account
          .Suspend(world.bond.client, world.account.MakeSuspension(world.bond.client, world.second))
          .ok());
  v1::AuthenticateRequest request;
  *request.mutable_login() = world.MakeLogin(world.second);
  request.mutable_login()->mutable_signature()->back() ^= 1;
  CHECK(ReasonOf(world.Run([&](Core& core, Transaction& transaction) {
          v1::AuthenticateResponse response;
          return core.Authenticate(transaction, request, response);
        })) == Reason::kLoginRefused);
}

TEST_CASE("of two devices that suspend each other the first stays") {
  Suspended world;
  REQUIRE(world.account
              .Suspend(world.second, world.account.MakeSuspension(world.second, world.bond.client))
              .ok());
  CHECK(ReasonOf(world.account.Suspend(
            world.bond.client, world.account.MakeSuspension(world.bond.client, world.second))) ==
        Reason::kDeviceSuspended);
  CHECK(AskWith(world, world.second).ok());
}

TEST_CASE("a suspended device still brings what the account key signed, and that ends it") {
  Suspended world;
  REQUIRE(world.account
              .Suspend(world.second, world.account.MakeSuspension(world.second, world.bond.client))
              .ok());
  REQUIRE(world.account
              .Suspend(world.third, world.account.MakeSuspension(world.third, world.bond.client))
              .ok());
  // One of those that said so goes: the other's word holds.
  REQUIRE(world.account
              .Change(world.bond.client.caller(),
                      world.account.ChangeTo({&world.bond.client, &world.third}))
              .ok());
  CHECK(ReasonOf(AskWith(world, world.bond.client)) == Reason::kDeviceSuspended);
  CHECK(ReasonOf(AskWith(world, world.second)) == Reason::kDeviceUnlinked);
  REQUIRE(
      world.account.Change(world.bond.client.caller(), world.account.ChangeTo({&world.bond.client}))
          .ok());
  CHECK(AskWith(world, world.bond.client).ok());
}

TEST_CASE("a device that was taken off is not suspended when it is listed again") {
  Suspended world;
  REQUIRE(
      world.account
          .Suspend(world.bond.client, world.account.MakeSuspension(world.bond.client, world.second))
          .ok());
  world.account.List({&world.bond.client});
  CHECK(ReasonOf(AskWith(world, world.second)) == Reason::kDeviceUnlinked);
  world.account.List({&world.bond.client, &world.second});
  CHECK(AskWith(world, world.second).ok());
}

TEST_CASE("a suspension does not come back with the device that said so") {
  Suspended world;
  REQUIRE(
      world.account
          .Suspend(world.bond.client, world.account.MakeSuspension(world.bond.client, world.second))
          .ok());
  const auto list = [&](const TestAccount::Devices& devices) {
    REQUIRE(world.account.Change(world.second.caller(), world.account.ChangeTo(devices)).ok());
  };
  list({&world.second, &world.third});
  CHECK(AskWith(world, world.second).ok());
  list({&world.second, &world.third, &world.bond.client});
  CHECK(AskWith(world, world.second).ok());
}

TEST_CASE("a suspension is by the device that calls, of one that is listed") {
  Suspended world;
  const auto refused = [&](const v1::SignedStatement& suspension) {
    const MemoryStore::Rows before = world.RowsButClock();
    const absl::Status status = world.account.Suspend(world.bond.client, suspension);
    CHECK(world.RowsButClock() == before);
    return std::string(RowOf(ReasonOf(status)).name) + " " + FieldOf(status);
  };
  CHECK(refused(world.account.MakeSuspension(world.second, world.third)) ==
        "not_permitted suspension.by");
  const TestDevice nobody = world.account.MakeFurther();
  CHECK(refused(world.account.MakeSuspension(world.bond.client, nobody)) ==
        "unknown_device suspension.suspended");
  CHECK(refused(Carried(crypto::SignSuspension(
            world.bond.client.device_key, {world.bond.therapist.account, world.bond.therapist.id,
                                           world.bond.client.id, world.clock.wall_ms}))) ==
        "not_permitted suspension.account");
  CHECK(refused(Carried(crypto::SignSuspension(world.second.device_key,
                                               {world.bond.client.account, world.third.id,
                                                world.bond.client.id, world.clock.wall_ms}))) ==
        "malformed_field suspension.signature");
  CHECK(refused(Carried(crypto::SignSuspension(
            world.bond.client.device_key,
            {world.bond.client.account, world.second.id, world.bond.client.id,
             world.clock.wall_ms + limits::kSentAheadMsMax + 1}))) ==
        "time_out_of_range suspension.at_ms");
  // Of another account, by its own device: the therapist's is not on the client's list.
  CHECK(refused(world.account.MakeSuspension(world.bond.client, world.bond.therapist)) ==
        "unknown_device suspension.suspended");
}

}  // namespace holdfast::server
