// An older backup is put back: everybody is told, and everything comes back.
#include "crypto/public/receipt.h"
#include "rules/receipt.h"
#include "support/catch.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

absl::Status Report(ServerWorld& world, const TestDevice& device, const v1::Receipt& evidence,
                    v1::ReportRestoreResponse& response) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::ReportRestoreRequest request;
    *request.mutable_evidence() = evidence;
    return core.ReportRestore(transaction, device.caller(), request, response);
  });
}

void PutBack(ServerWorld& world, const MemoryStore::Rows& backup) {
  world.store.Restore(backup);
  world.Restart();
}

ReceiptLeaf LeafOf(const v1::SendResponse& response) {
  return DecodeReceiptLeaf(response.receipt().leaf()).value();
}

}  // namespace

TEST_CASE("a receipt for what is lost begins a new incarnation, once, and the send comes back") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  v1::SendResponse kept, lost, again;
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), kept).ok());
  const auto page = world.Read(bond.therapist, {});
  const MemoryStore::Rows backup = world.rows();
  const v1::SendRequest request = world.MakeSend(bond, bond.client);
  REQUIRE(world.Send(bond.client, request, lost).ok());
  const auto newer_page = world.Read(bond.therapist, page->cursor());

  PutBack(world, backup);
  world.LogIn(bond.client);
  world.LogIn(bond.therapist);
  // A cursor of this incarnation, ahead of the mailbox.
  CHECK(ReasonOf(world.Read(bond.therapist, newer_page->cursor()).status()) ==
        Reason::kCursorUnknown);
  v1::ReportRestoreResponse first, second, other;
  CHECK(ReasonOf(Report(world, bond.client, kept.receipt(), first)) == Reason::kNothingMissing);
  REQUIRE(Report(world, bond.client, lost.receipt(), first).ok());
  CHECK(first.incarnation() != LeafOf(lost).incarnation.view());
  const MemoryStore::Rows rows = world.rows();
  REQUIRE(Report(world, bond.client, lost.receipt(), second).ok());
  REQUIRE(Report(world, bond.therapist, lost.receipt(), other).ok());
  CHECK(second.incarnation() == first.incarnation());
  CHECK(other.incarnation() == first.incarnation());
  CHECK(world.rows() == rows);

  // The older cursor now starts again, and says why.
  const auto restarted = world.Read(bond.therapist, newer_page->cursor());
  REQUIRE(restarted.ok());
  CHECK(restarted->restored());
  CHECK(restarted->entries_size() == 2);
  CHECK(restarted->cursor().incarnation() == first.incarnation());
  CHECK(ReasonOf(world.Acknowledge(bond.therapist, newer_page->cursor())) ==
        Reason::kCursorUnknown);

  // The same bytes under the same id come back, signed in the new life.
  REQUIRE(world.Send(bond.client, request, again).ok());
  CHECK(LeafOf(again).incarnation.view() == first.incarnation());
  CHECK(LeafOf(again).envelope_hash == LeafOf(lost).envelope_hash);
  CHECK(world.ReadAll(bond.therapist).size() == 3);
}

TEST_CASE("receipts from before keep naming the life that signed them") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  v1::SendResponse kept, lost;
  const v1::SendRequest request = world.MakeSend(bond, bond.client);
  REQUIRE(world.Send(bond.client, request, kept).ok());
  const MemoryStore::Rows backup = world.rows();
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), lost).ok());
  PutBack(world, backup);
  world.LogIn(bond.client);
  v1::ReportRestoreResponse response;
  REQUIRE(Report(world, bond.client, lost.receipt(), response).ok());
  v1::SendResponse again;
  REQUIRE(world.Send(bond.client, request, again).ok());
  CHECK(again.SerializeAsString() == kept.SerializeAsString());
}

TEST_CASE("another envelope at the same position proves the restore too") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  const MemoryStore::Rows backup = world.rows();
  v1::SendResponse lost, taken;
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), lost).ok());
  PutBack(world, backup);
  world.LogIn(bond.client);
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), taken).ok());
  v1::ReportRestoreResponse response;
  CHECK(Report(world, bond.client, lost.receipt(), response).ok());
  CHECK(response.incarnation() != LeafOf(lost).incarnation.view());
}

TEST_CASE("a life that the store never knew is met once") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  const MemoryStore::Rows backup = world.rows();
  v1::SendResponse first_life, second_life;
  v1::ReportRestoreResponse response, again;
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), first_life).ok());
  PutBack(world, backup);
  world.LogIn(bond.client);
  REQUIRE(Report(world, bond.client, first_life.receipt(), response).ok());
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), second_life).ok());
  PutBack(world, backup);  // the oldest backup once more: it knows nothing of the second life
  world.LogIn(bond.client);
  REQUIRE(Report(world, bond.client, second_life.receipt(), response).ok());
  CHECK(response.incarnation() != LeafOf(second_life).incarnation.view());
  REQUIRE(Report(world, bond.client, second_life.receipt(), again).ok());
  CHECK(again.incarnation() == response.incarnation());
}

TEST_CASE("a life that the store never knew counts though what it signed is here again") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  const MemoryStore::Rows backup = world.rows();
  const v1::SendRequest request = world.MakeSend(bond, bond.client);
  v1::SendResponse first_life, second_life, again;
  v1::ReportRestoreResponse left, begun, repeated;
  REQUIRE(world.Send(bond.client, request, first_life).ok());
  PutBack(world, backup);
  world.LogIn(bond.client);
  REQUIRE(Report(world, bond.client, first_life.receipt(), left).ok());
  REQUIRE(world.Send(bond.client, request, second_life).ok());
  // The same backup once more: the store goes on in the first life, and the envelope comes
  // back before anybody says a word of the second one.
  PutBack(world, backup);
  world.LogIn(bond.client);
  REQUIRE(world.Send(bond.client, request, again).ok());
  CHECK(LeafOf(again).incarnation == LeafOf(first_life).incarnation);
  REQUIRE(Report(world, bond.client, second_life.receipt(), begun).ok());
  CHECK(begun.incarnation() != LeafOf(first_life).incarnation.view());
  CHECK(begun.incarnation() != LeafOf(second_life).incarnation.view());
  // Once: then the practice has what this is about.
  CHECK(ReasonOf(Report(world, bond.client, second_life.receipt(), repeated)) ==
        Reason::kNothingMissing);
}

TEST_CASE("only the practice's own receipts count, and only the bond's parties bring them") {
  ServerWorld world;
  TestBond bond = world.FormBond(), strangers = world.FormBond();
  const MemoryStore::Rows backup = world.rows();
  v1::SendResponse lost;
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), lost).ok());
  PutBack(world, backup);
  world.LogIn(bond.client);
  world.LogIn(strangers.client);
  const MemoryStore::Rows rows = world.rows();
  v1::ReportRestoreResponse response;
  v1::Receipt forged = lost.receipt();
  forged.mutable_batch()->mutable_signature()->back() ^= 1;
  CHECK(ReasonOf(Report(world, bond.client, forged, response)) == Reason::kMalformedField);
  CHECK(ReasonOf(Report(world, strangers.client, lost.receipt(), response)) ==
        Reason::kUnknownBond);
  CHECK(world.rows() == rows);
}

TEST_CASE("sends and a restore report in one batch keep to their own lives") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  const MemoryStore::Rows backup = world.rows();
  v1::SendResponse lost;
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), lost).ok());
  PutBack(world, backup);
  world.LogIn(bond.client);
  const v1::SendRequest requests[2] = {world.MakeSend(bond, bond.client),
                                       world.MakeSend(bond, bond.client)};
  v1::SendResponse responses[3];
  v1::ReportRestoreResponse reported;
  v1::ReportRestoreRequest report;
  *report.mutable_evidence() = lost.receipt();
  const auto send = [&](int which, int answer) {
    return [&, which, answer](Core& core, Transaction& transaction) {
      return core.Send(transaction, bond.client.caller(), requests[which], responses[answer]);
    };
  };
  const auto outcomes = world.RunBatch({send(0, 0),
                                        [&](Core& core, Transaction& transaction) {
                                          return core.ReportRestore(
                                              transaction, bond.client.caller(), report, reported);
                                        },
                                        send(1, 1), send(0, 2)});
  for (const absl::Status& outcome : outcomes) REQUIRE(outcome.ok());
  CHECK(LeafOf(responses[0]).incarnation == LeafOf(lost).incarnation);
  CHECK(LeafOf(responses[1]).incarnation.view() == reported.incarnation());
  CHECK(responses[2].SerializeAsString() == responses[0].SerializeAsString());
  v1::SendResponse again;
  REQUIRE(world.Send(bond.client, requests[1], again).ok());
  CHECK(again.SerializeAsString() == responses[1].SerializeAsString());
}

TEST_CASE("a therapist, a client and their bond come back after a backup from before them") {
  ServerWorld world;
  const MemoryStore::Rows backup = world.rows();
  TestDevice therapist = world.MakeDevice();
  const v1::EnrollTherapistRequest enrolment = world.Enrolment(therapist, world.AddTherapist());
  v1::EnrollTherapistResponse enrolled;
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                return core.EnrollTherapist(transaction, enrolment, enrolled);
              })
              .ok());
  world.LogIn(therapist);
  TestBond bond = world.FormBond(std::move(therapist));
  PutBack(world, backup);
  world.clock.Advance(limits::kInvitationMs * 2);

  const auto redeem = [&](const v1::RedeemInvitationRequest& request,
                          v1::RedeemInvitationResponse& response) {
    return world.Run([&](Core& core, Transaction& transaction) {
      return core.RedeemInvitation(transaction, request, response);
    });
  };
  v1::RedeemInvitationRequest redemption = bond.redemption;
  *redemption.mutable_bond() = bond.redeemed.bond();
  v1::RedeemInvitationResponse redeemed, again;
  // The therapist first.
  CHECK(ReasonOf(redeem(redemption, redeemed)) == Reason::kUnknownAccount);
  v1::EnrollTherapistRequest return_enrolment = enrolment;
  return_enrolment.clear_enrolment_token();
  *return_enrolment.mutable_account() = enrolled.account();
  v1::EnrollTherapistResponse returned;
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                return core.EnrollTherapist(transaction, return_enrolment, returned);
              })
              .ok());
  CHECK(returned.SerializeAsString() == enrolled.SerializeAsString());
  // Without the practice's earlier statement the invitation has long expired.
  CHECK(ReasonOf(redeem(bond.redemption, redeemed)) == Reason::kInvitationExpired);
  REQUIRE(redeem(redemption, redeemed).ok());
  CHECK(redeemed.bond().SerializeAsString() == bond.redeemed.bond().SerializeAsString());
  REQUIRE(redeem(redemption, again).ok());
  CHECK(again.SerializeAsString() == redeemed.SerializeAsString());

  world.LogIn(bond.client);
  v1::SendResponse sent;
  CHECK(world.Send(bond.client, world.MakeSend(bond, bond.client), sent).ok());
}

TEST_CASE("evidence about somebody else lets nobody in") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  const TestDevice stranger = world.MakeDevice();
  const MemoryStore::Rows rows = world.rows();
  v1::EnrollTherapistRequest request = world.Enrolment(stranger, "");
  *request.mutable_account() = bond.redeemed.account();  // the client's
  absl::Status status = world.Run([&](Core& core, Transaction& transaction) {
    v1::EnrollTherapistResponse response;
    return core.EnrollTherapist(transaction, request, response);
  });
  CHECK(ReasonOf(status) == Reason::kMalformedField);
  CHECK(FieldOf(status) == "account");
  // A client's own statement does not make it a therapist.
  request = world.Enrolment(bond.client, "");
  *request.mutable_account() = bond.redeemed.account();
  status = world.Run([&](Core& core, Transaction& transaction) {
    v1::EnrollTherapistResponse response;
    return core.EnrollTherapist(transaction, request, response);
  });
  CHECK(FieldOf(status) == "account");
  CHECK(world.rows() == rows);
}

}  // namespace holdfast::server
