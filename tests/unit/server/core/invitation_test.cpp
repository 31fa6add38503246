// Invitations: each forms one bond, until it expires or is taken back.
#include "crypto/public/invitation_statement.h"
#include "crypto/public/practice.h"
#include "server/core/records/limits.h"
#include "support/catch.h"
#include "support/server_world.h"
#include "unit/server/core/invitation_calls.h"

namespace holdfast::server {

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

}  // namespace holdfast::server
