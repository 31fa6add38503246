// How people join: codes work once, and every retry gets the same answer.
#include "crypto/public/practice.h"
#include "support/catch.h"
#include "support/server_world.h"
#include "unit/server/core/invitation_calls.h"

namespace holdfast::server {
namespace {

absl::Status Enroll(ServerWorld& world, const v1::EnrollTherapistRequest& request,
                    v1::EnrollTherapistResponse& response) {
  return world.Run([&](Core& core, Transaction& transaction) {
    return core.EnrollTherapist(transaction, request, response);
  });
}

}  // namespace

TEST_CASE("an enrolment code makes one therapist, and its retry gets the same answer") {
  ServerWorld world;
  const TestDevice therapist = world.MakeDevice(), other = world.MakeDevice();
  const Bytes token = world.AddTherapist();
  v1::EnrollTherapistResponse first, again, refused;
  REQUIRE(Enroll(world, world.Enrolment(therapist, token), first).ok());
  const auto stated = crypto::VerifyAccount(
      {first.account().statement(), first.account().signature()}, world.practice);
  REQUIRE(stated.ok());
  CHECK(stated->account == therapist.account);
  CHECK(stated->role == crypto::Role::kTherapist);
  const MemoryStore::Rows rows = world.RowsButClock();
  // Also long after the code has expired: it was used.
  world.clock.Advance(limits::kEnrolmentMs * 2);
  REQUIRE(Enroll(world, world.Enrolment(therapist, token), again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  CHECK(ReasonOf(Enroll(world, world.Enrolment(other, token), refused)) == Reason::kEnrolmentUsed);
  CHECK(world.RowsButClock() == rows);
}

TEST_CASE("nobody joins or publishes with a key that nobody can hold") {
  ServerWorld world;
  TestDevice device = world.MakeDevice();
  const v1::Registration good = device.registration;
  const Bytes token = world.AddTherapist();
  const auto carried = [](const crypto::Signed& statement) {
    v1::SignedStatement wire;
    wire.set_statement(statement.statement);
    wire.set_signature(statement.signature);
    return wire;
  };
  const auto refused = [&](std::string_view field) {
    v1::EnrollTherapistResponse response;
    const MemoryStore::Rows rows = world.RowsButClock();
    const absl::Status status = Enroll(world, world.Enrolment(device, token), response);
    CHECK(ReasonOf(status) == Reason::kMalformedField);
    CHECK(FieldOf(status) == field);
    CHECK(world.RowsButClock() == rows);
  };
  crypto::Certificate certificate = device.certificate;
  certificate.identity = DhKey();
  *device.registration.mutable_certificate() =
      carried(crypto::SignCertificate(device.account_key, certificate));
  refused("registration.certificate.identity");
  device.registration = good;
  crypto::Prekey prekey{device.id, 1, DhKey(), world.clock.wall_ms, 1, device.list_hash};
  *device.registration.mutable_prekey() = carried(crypto::SignPrekey(device.device_key, prekey));
  refused("registration.prekey.key");

  const TestBond bond = world.FormBond();
  const TestDevice& client = bond.client;
  v1::PublishPrekeyRequest request;
  *request.mutable_prekey() = carried(crypto::SignPrekey(
      client.device_key, {client.id, 2, DhKey(), world.clock.wall_ms, 1, client.list_hash}));
  const absl::Status published = world.Run([&](Core& core, Transaction& transaction) {
    v1::PublishPrekeyResponse response;
    return core.PublishPrekey(transaction, client.caller(), request, response);
  });
  CHECK(FieldOf(published) == "prekey.key");
}

TEST_CASE("a code that is unknown or expired enrols nobody") {
  ServerWorld world;
  const TestDevice therapist = world.MakeDevice();
  v1::EnrollTherapistResponse response;
  const Bytes token = world.AddTherapist();
  const MemoryStore::Rows rows = world.RowsButClock();
  CHECK(ReasonOf(Enroll(world, world.Enrolment(therapist, Bytes(32, 'x')), response)) ==
        Reason::kEnrolmentUnknown);
  world.clock.Advance(limits::kEnrolmentMs);
  CHECK(ReasonOf(Enroll(world, world.Enrolment(therapist, token), response)) ==
        Reason::kEnrolmentExpired);
  CHECK(world.RowsButClock() == rows);
}

TEST_CASE("an account registers once, whatever code it brings") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  v1::EnrollTherapistResponse response;
  CHECK(ReasonOf(Enroll(world, world.Enrolment(therapist, world.AddTherapist()), response)) ==
        Reason::kNotPermitted);
}

TEST_CASE("bonds are listed in the order in which they were formed, with their heads") {
  ServerWorld world;
  TestBond first = world.FormBond();
  v1::SendResponse sent;
  REQUIRE(world.Send(first.client, world.MakeSend(first, first.client), sent).ok());
  const TestBond second = world.FormBond(std::move(first.therapist));
  v1::ListBondsResponse response;
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                return core.ListBonds(transaction, second.therapist.caller(), {}, response);
              })
              .ok());
  REQUIRE(response.bonds_size() == 2);
  CHECK(response.bonds(0).bond().statement() == first.redeemed.bond().statement());
  CHECK(response.bonds(0).head_position() == 1);
  CHECK(response.bonds(1).bond().statement() == second.redeemed.bond().statement());
  CHECK(response.bonds(1).head_position() == 0);
}

TEST_CASE("a list of bonds names what is known of the other's devices, and another when that is") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const auto named_to = [&](const TestDevice& caller) {
    v1::ListBondsResponse response;
    REQUIRE(world
                .Run([&](Core& core, Transaction& transaction) {
                  return core.ListBonds(transaction, caller.caller(), {}, response);
                })
                .ok());
    return response.bonds(0).devices();
  };
  const Bytes of_client = named_to(bond.therapist);
  const Bytes of_therapist = named_to(bond.client);
  CHECK(of_client.size() == Hash::size);
  CHECK(of_client != of_therapist);
  CHECK(named_to(bond.therapist) == of_client);
  v1::PublishPrekeyRequest request;
  *request.mutable_prekey() = Carried(world.MakePrekey(bond.client, 3));
  v1::PublishPrekeyResponse published;
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                return core.PublishPrekey(transaction, bond.client.caller(), request, published);
              })
              .ok());
  CHECK(named_to(bond.therapist) != of_client);
  CHECK(named_to(bond.client) == of_therapist);
}

TEST_CASE("a newer prekey replaces the older one, a retry changes nothing, an older is refused") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const auto publish = [&](const crypto::Signed& prekey) {
    return world.Run([&](Core& core, Transaction& transaction) {
      v1::PublishPrekeyRequest request;
      *request.mutable_prekey() = Carried(prekey);
      v1::PublishPrekeyResponse response;
      return core.PublishPrekey(transaction, bond.client.caller(), request, response);
    });
  };
  const crypto::Signed third = world.MakePrekey(bond.client, 3);
  REQUIRE(publish(third).ok());
  const MemoryStore::Rows rows = world.RowsButClock();
  CHECK(publish(third).ok());
  CHECK(FieldOf(publish(world.MakePrekey(bond.client, 2))) == "prekey.id");
  CHECK(FieldOf(publish(world.MakePrekey(bond.client, 3))) == "prekey.id");
  CHECK(world.RowsButClock() == rows);

  v1::GetDevicesResponse devices;
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                v1::GetDevicesRequest request;
                request.set_account(bond.client.account.str());
                return core.GetDevices(transaction, bond.therapist.caller(), request, devices);
              })
              .ok());
  CHECK(devices.devices().prekeys(0).statement() == third.statement);
  CHECK(devices.devices().lists_size() == 1);
}

TEST_CASE("who guesses codes and invitations costs look-ups, not signature checks") {
  ServerWorld world;
  const TestDevice device = world.MakeDevice();
  // Seen by what is refused: the code, not the signature that is wrong too.
  v1::EnrollTherapistRequest enrolment = world.Enrolment(device, Bytes(32, 'g'));
  enrolment.mutable_registration()->mutable_list()->mutable_signature()->back() ^= 1;
  CHECK(ReasonOf(world.Run([&](Core& core, Transaction& transaction) {
          v1::EnrollTherapistResponse response;
          return core.EnrollTherapist(transaction, enrolment, response);
        })) == Reason::kEnrolmentUnknown);

  const TestDevice nobody = world.MakeDevice();
  v1::RedeemInvitationRequest redemption = world.Redemption(world.MakeInvitation(nobody), device);
  redemption.mutable_registration()->mutable_list()->mutable_signature()->back() ^= 1;
  CHECK(ReasonOf(world.Run([&](Core& core, Transaction& transaction) {
          v1::RedeemInvitationResponse response;
          return core.RedeemInvitation(transaction, redemption, response);
        })) == Reason::kInvitationUnknown);
}

}  // namespace holdfast::server
