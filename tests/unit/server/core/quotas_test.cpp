// What one account may have stored in a day is bounded, kindly, and for it alone.
#include <utility>
#include <vector>

#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/records.h"
#include "support/catch.h"
#include "support/server_ledger.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

// As if the account had stored so much today.
void Used(ServerWorld& world, const AccountKey& account, UsageRecord usage) {
  usage.set_day(world.clock.wall_ms / limits::kDayMs);
  const auto transaction = world.store.Begin();
  Save(*transaction, keys::Usage(account), usage);
  REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
}
void Used(ServerWorld& world, const AccountKey& account, std::uint64_t envelopes,
          std::uint64_t bytes, std::uint64_t invitations = 0) {
  UsageRecord usage;
  usage.set_envelopes(envelopes);
  usage.set_bytes(bytes);
  usage.set_invitations(invitations);
  Used(world, account, std::move(usage));
}

}  // namespace

TEST_CASE("an account's envelopes of a day are bounded, and there is room again the next day") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  Used(world, bond.client.account, kEnvelopesPerDayMax - 1, 0);
  const v1::SendRequest last = world.MakeSend(bond, bond.client);
  v1::SendResponse first, again, response;
  REQUIRE(world.Send(bond.client, last, first).ok());
  const MemoryStore::Rows rows = world.rows();

  const absl::Status refused = world.Send(bond.client, world.MakeSend(bond, bond.client), response);
  CHECK(ReasonOf(refused) == Reason::kQuotaExceeded);
  CHECK(FieldOf(refused) == "header");
  const std::uint64_t wait_ms = RetryAfterMs(refused);
  CHECK((wait_ms > 0 && wait_ms <= limits::kDayMs));
  CHECK(world.rows() == rows);
  // A retry of what is stored is answered as ever, and others write on.
  REQUIRE(world.Send(bond.client, last, again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  CHECK(world.Send(bond.therapist, world.MakeSend(bond, bond.therapist), response).ok());

  world.Pass(wait_ms);
  world.LogIn(bond.client);
  CHECK(world.Send(bond.client, world.MakeSend(bond, bond.client), response).ok());
}

TEST_CASE("an account's bytes of a day are bounded") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest request = world.MakeSend(bond, bond.client);
  const std::uint64_t bytes = request.body().size() + request.capsules(0).sealed().size();
  Used(world, bond.client.account, 0, kBytesPerDayMax - 2 * bytes + 1);
  v1::SendResponse response;
  REQUIRE(world.Send(bond.client, request, response).ok());
  const absl::Status refused = world.Send(bond.client, world.MakeSend(bond, bond.client), response);
  CHECK(ReasonOf(refused) == Reason::kQuotaExceeded);
  CHECK(FieldOf(refused) == "body");
}

TEST_CASE("hours for two hundred clients are set three times in a day") {
  ServerWorld world;
  std::vector<TestBond> bonds;
  bonds.push_back(world.FormBond());
  for (int i = 1; i < 200; ++i) bonds.push_back(world.FormBond(std::move(bonds.back().therapist)));
  for (std::uint32_t number = 1; number <= 3; ++number) {
    for (const TestBond& bond : bonds) {
      const absl::Status done = Do(world, bond, bonds.back().therapist, TestAvailability(number));
      INFO(done);
      REQUIRE(done.ok());
    }
  }
}

TEST_CASE("acts of a day are bounded by their kind, and hold up nothing else") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  REQUIRE(Do(world, bond, bond.therapist, TestAvailability(1)).ok());
  UsageRecord usage;
  usage.set_hours(kHoursPerDayMax - 1);
  usage.set_moves(kMovesPerDayMax);
  usage.set_acts(kActsPerDayMax - 1);
  Used(world, bond.therapist.account, usage);

  REQUIRE(Do(world, bond, bond.therapist, TestAvailability(2)).ok());
  const absl::Status hours = Do(world, bond, bond.therapist, TestAvailability(3));
  CHECK(ReasonOf(hours) == Reason::kQuotaExceeded);
  CHECK(FieldOf(hours) == "act.availability");
  CHECK((RetryAfterMs(hours) > 0 && RetryAfterMs(hours) <= limits::kDayMs));
  // Messages and replies, and acts of every other kind.
  ReceiptLeaf receipt;
  const EnvelopeId asked =
      SendAs(world, bond, bond.client, {Kind::kCheckIn, true, SlotId(), EnvelopeId()}, &receipt);
  REQUIRE(Do(world, bond, bond.therapist, TestRhythm(Local(2026, 10, 19, 20, 0))).ok());
  const absl::Status moved =
      Do(world, bond, bond.therapist,
         Reschedule{asked, receipt.due_at_ms, receipt.due_at_ms + limits::kDayMs});
  CHECK(ReasonOf(moved) == Reason::kQuotaExceeded);
  CHECK(FieldOf(moved) == "act.reschedule");
  const absl::Status other =
      Do(world, bond, bond.therapist, TestRhythm(Local(2026, 10, 20, 20, 0), 2));
  CHECK(ReasonOf(other) == Reason::kQuotaExceeded);
  CHECK(FieldOf(other) == "act");
  SendAs(world, bond, bond.therapist, {Kind::kReply, false, SlotId(), asked});
}

TEST_CASE("invitations of a day are bounded") {
  ServerWorld world;
  const TestDevice therapist = world.EnrolledTherapist();
  const auto invite = [&] {
    v1::CreateInvitationRequest request;
    *request.mutable_invitation() = world.MakeInvitation(therapist);
    return world.Run([&](Core& core, Transaction& transaction) {
      v1::CreateInvitationResponse response;
      return core.CreateInvitation(transaction, therapist.caller(), request, response);
    });
  };
  Used(world, therapist.account, 0, 0, kInvitationsPerDayMax - 1);
  CHECK(invite().ok());
  const absl::Status refused = invite();
  CHECK(ReasonOf(refused) == Reason::kQuotaExceeded);
  CHECK(FieldOf(refused) == "invitation");
}

}  // namespace holdfast::server
