// How people join: codes and invitations work once, and every retry gets the same
// answer.
#include "crypto/public/invitation_statement.h"
#include "crypto/public/practice.h"
#include "server/core/records/limits.h"
#include "support/catch.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

absl::Status Enroll(ServerWorld& world, const v1::EnrollTherapistRequest& request,
                    v1::EnrollTherapistResponse& response) {
  return world.Run([&](Core& core, Transaction& transaction) {
    return core.EnrollTherapist(transaction, request, response);
  });
}

absl::Status Invite(ServerWorld& world, const TestDevice& therapist,
                    const v1::SignedStatement& invitation) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::CreateInvitationRequest request;
    *request.mutable_invitation() = invitation;
    v1::CreateInvitationResponse response;
    return core.CreateInvitation(transaction, therapist.caller(), request, response);
  });
}

absl::Status Get(ServerWorld& world, const v1::SignedStatement& invitation,
                 v1::GetInvitationResponse& response) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::GetInvitationRequest request;
    request.set_lookup_id(
        crypto::DecodeInvitationStatement(invitation.statement()).value().lookup.str());
    return core.GetInvitation(transaction, request, response);
  });
}

absl::Status Redeem(ServerWorld& world, const v1::RedeemInvitationRequest& request,
                    v1::RedeemInvitationResponse& response) {
  return world.Run([&](Core& core, Transaction& transaction) {
    return core.RedeemInvitation(transaction, request, response);
  });
}

absl::Status TakeBack(ServerWorld& world, const TestDevice& therapist,
                      const v1::SignedStatement& invitation,
                      const v1::SignedStatement& withdrawal) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::WithdrawInvitationRequest request;
    *request.mutable_invitation() = invitation;
    *request.mutable_withdrawal() = withdrawal;
    v1::WithdrawInvitationResponse response;
    return core.WithdrawInvitation(transaction, therapist.caller(), request, response);
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

TEST_CASE("an invitation forms one bond, tells the therapist, and its retry gets the same") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const auto stated = crypto::VerifyBond(
      {bond.redeemed.bond().statement(), bond.redeemed.bond().signature()}, world.practice);
  REQUIRE(stated.ok());
  CHECK(stated->bond == bond.id);
  CHECK(stated->therapist == bond.therapist.account);
  CHECK(stated->client == bond.client.account);

  const MemoryStore::Rows rows = world.RowsButClock();
  v1::RedeemInvitationResponse again;
  world.clock.Advance(limits::kInvitationMs * 2);
  REQUIRE(Redeem(world, bond.redemption, again).ok());
  CHECK(again.SerializeAsString() == bond.redeemed.SerializeAsString());
  CHECK(world.RowsButClock() == rows);

  TestDevice& therapist = const_cast<TestDevice&>(bond.therapist);
  world.LogIn(therapist);
  const auto entries = world.ReadAll(therapist);
  REQUIRE(entries.size() == 1);
  const v1::BondFormed& formed = entries[0].bond_formed();
  CHECK(formed.bond().statement() == bond.redeemed.bond().statement());
  CHECK(formed.answer() == bond.redemption.answer());
  CHECK(formed.answer_mac() == bond.redemption.answer_mac());
  CHECK(formed.client().lists(0).statement() == bond.client.registration.list().statement());
}

TEST_CASE("a used invitation is refused to everybody else") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const TestDevice other = world.MakeDevice();
  const MemoryStore::Rows rows = world.RowsButClock();
  v1::RedeemInvitationResponse response;
  v1::GetInvitationResponse got;
  CHECK(ReasonOf(Redeem(world, world.Redemption(bond.redemption.invitation(), other), response)) ==
        Reason::kInvitationUsed);
  CHECK(ReasonOf(Get(world, bond.redemption.invitation(), got)) == Reason::kInvitationUsed);
  // Not in the client's own name either, without its recovery values.
  v1::RedeemInvitationRequest forged = bond.redemption;
  forged.mutable_registration()->set_recovery_authentication_hash(Bytes(Hash::size, 'f'));
  CHECK(ReasonOf(Redeem(world, forged, response)) == Reason::kInvitationUsed);
  // Nor with another answer than the one that formed the bond.
  v1::RedeemInvitationRequest other_answer = bond.redemption;
  other_answer.set_answer_mac(Bytes(Mac::size, 'o'));
  CHECK(ReasonOf(Redeem(world, other_answer, response)) == Reason::kInvitationUsed);
  CHECK(world.RowsButClock() == rows);
}

TEST_CASE("an invitation expires, and is unknown where it was never made") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist(), client = world.MakeDevice();
  const v1::SignedStatement invitation = world.MakeInvitation(therapist, limits::kHourMs);
  v1::GetInvitationResponse got;
  v1::RedeemInvitationResponse response;
  CHECK(ReasonOf(Get(world, invitation, got)) == Reason::kInvitationUnknown);
  REQUIRE(Invite(world, therapist, invitation).ok());
  REQUIRE(Get(world, invitation, got).ok());
  CHECK(got.invitation().SerializeAsString() == invitation.SerializeAsString());
  CHECK(got.therapist().prekeys_size() == 1);
  const v1::RedeemInvitationRequest request = world.Redemption(invitation, client);
  world.clock.Advance(limits::kHourMs);
  const MemoryStore::Rows rows = world.RowsButClock();
  CHECK(ReasonOf(Get(world, invitation, got)) == Reason::kInvitationExpired);
  CHECK(ReasonOf(Redeem(world, request, response)) == Reason::kInvitationExpired);
  CHECK(world.RowsButClock() == rows);
}

TEST_CASE("an invitation that was taken back is worth nothing, known or not") {
  for (const bool is_known : {true, false}) {
    ServerWorld world;
    const TestDevice therapist = world.EnrolledTherapist(), client = world.MakeDevice();
    const v1::SignedStatement invitation = world.MakeInvitation(therapist);
    const v1::SignedStatement withdrawal = world.MakeWithdrawal(therapist, invitation);
    if (is_known) REQUIRE(Invite(world, therapist, invitation).ok());
    REQUIRE(TakeBack(world, therapist, invitation, withdrawal).ok());
    const MemoryStore::Rows rows = world.RowsButClock();
    // Again is the same, and it is not deposited once more.
    CHECK(TakeBack(world, therapist, invitation, withdrawal).ok());
    CHECK(ReasonOf(Invite(world, therapist, invitation)) == Reason::kInvitationWithdrawn);
    v1::GetInvitationResponse got;
    v1::RedeemInvitationResponse response;
    CHECK(ReasonOf(Get(world, invitation, got)) == Reason::kInvitationWithdrawn);
    CHECK(ReasonOf(Redeem(world, world.Redemption(invitation, client), response)) ==
          Reason::kInvitationWithdrawn);
    CHECK(world.RowsButClock() == rows);
  }
}

TEST_CASE("an invitation that was answered stays answered") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SignedStatement& invitation = bond.redemption.invitation();
  const MemoryStore::Rows rows = world.RowsButClock();
  CHECK(ReasonOf(TakeBack(world, bond.therapist, invitation,
                          world.MakeWithdrawal(bond.therapist, invitation))) ==
        Reason::kInvitationUsed);
  CHECK(world.RowsButClock() == rows);
  v1::RedeemInvitationResponse again;
  CHECK(Redeem(world, bond.redemption, again).ok());
}

TEST_CASE("nobody takes back what is not theirs, or with another's signature") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist(), other = world.EnrolledTherapist();
  const v1::SignedStatement invitation = world.MakeInvitation(therapist);
  const v1::SignedStatement second = world.MakeInvitation(therapist);
  REQUIRE(Invite(world, therapist, invitation).ok());
  const MemoryStore::Rows rows = world.RowsButClock();
  const auto good = world.MakeWithdrawal(therapist, invitation);
  const auto refused = [&](const TestDevice& who, const v1::SignedStatement& withdrawal,
                           std::string_view field) {
    const absl::Status status = TakeBack(world, who, invitation, withdrawal);
    INFO(status);
    CHECK(FieldOf(status) == field);
    CHECK(world.RowsButClock() == rows);
  };
  refused(other, good, "invitation.therapist");
  refused(therapist, world.MakeWithdrawal(other, invitation), "withdrawal.signature");
  refused(therapist, world.MakeWithdrawal(therapist, second), "withdrawal");
  world.clock.wall_ms += 3 * limits::kDayMs;
  const auto ahead = world.MakeWithdrawal(therapist, invitation);
  world.clock.wall_ms -= 3 * limits::kDayMs;
  refused(therapist, ahead, "withdrawal.withdrawn_at_ms");
  v1::GetInvitationResponse got;
  CHECK(Get(world, invitation, got).ok());
}

TEST_CASE("an invitation that somebody else signed is refused") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  const TestDevice stranger = world.MakeDevice(), client = world.MakeDevice();
  auto stated =
      crypto::DecodeInvitationStatement(world.MakeInvitation(therapist).statement()).value();
  const v1::SignedStatement forged =
      Carried(crypto::SignInvitationStatement(stranger.device_key, stated));
  v1::RedeemInvitationResponse response;
  const MemoryStore::Rows rows = world.RowsButClock();
  CHECK(ReasonOf(Redeem(world, world.Redemption(forged, client), response)) ==
        Reason::kMalformedField);
  CHECK(ReasonOf(Redeem(world, world.Redemption(world.MakeInvitation(stranger), client),
                        response)) == Reason::kInvitationUnknown);
  CHECK(world.RowsButClock() == rows);
}

TEST_CASE("a therapist has at most 64 unused invitations; the expired ones make room") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  const v1::SignedStatement first = world.MakeInvitation(therapist, limits::kMinuteMs);
  REQUIRE(Invite(world, therapist, first).ok());
  for (std::size_t i = 1; i < kUnusedInvitationsMax; ++i) {
    REQUIRE(Invite(world, therapist, world.MakeInvitation(therapist)).ok());
  }
  CHECK(ReasonOf(Invite(world, therapist, world.MakeInvitation(therapist))) ==
        Reason::kInvitationsFull);
  CHECK(Invite(world, therapist, first).ok());  // a retry is no new one
  world.clock.Advance(limits::kMinuteMs);
  CHECK(Invite(world, therapist, world.MakeInvitation(therapist)).ok());
}

TEST_CASE("an invitation lies ahead, by at most ninety days") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  const absl::Status far =
      Invite(world, therapist, world.MakeInvitation(therapist, limits::kInvitationMsMax * 2));
  CHECK(ReasonOf(far) == Reason::kTimeOutOfRange);
  CHECK(FieldOf(far) == "invitation.expires_at_ms");
  CHECK(ReasonOf(Invite(world, therapist, world.MakeInvitation(therapist, 0))) ==
        Reason::kTimeOutOfRange);
}

TEST_CASE("clients do not invite") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  CHECK(ReasonOf(Invite(world, bond.client, world.MakeInvitation(bond.client))) ==
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
