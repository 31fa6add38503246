// A ledger over a restored backup: it says that it was, and nothing of it is lost.
#include "crypto/public/ledger.h"
#include "support/catch.h"
#include "support/server_ledger.h"

namespace holdfast::server {
namespace {

absl::Status Report(ServerWorld& world, const TestDevice& witness, const v1::Receipt& evidence) {
  world.LogIn(witness);
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::ReportRestoreRequest request;
    *request.mutable_evidence() = evidence;
    v1::ReportRestoreResponse response;
    return core.ReportRestore(transaction, witness.caller(), request, response);
  });
}

v1::Receipt AsEvidence(const v1::LedgerItem& item) {
  v1::Receipt receipt;
  receipt.set_leaf(item.entry());
  receipt.set_index(item.index());
  *receipt.mutable_path() = item.path();
  *receipt.mutable_batch() = item.batch();
  return receipt;
}

// An older backup is put back, and a device that knows better says so.
void RestoreAndReport(ServerWorld& world, const MemoryStore::Rows& backup,
                      const TestDevice& witness, const v1::Receipt& evidence) {
  world.store.Restore(backup);
  world.Restart();
  REQUIRE(Report(world, witness, evidence).ok());
}

v1::Receipt StoreSomething(ServerWorld& world, const TestBond& bond) {
  v1::SendResponse response;
  world.LogIn(bond.client);
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), response).ok());
  return response.receipt();
}

}  // namespace

TEST_CASE("the first entry after a restored backup says so, and acts come back under their ids") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  PauseTimes(world, bond, 1);
  const MemoryStore::Rows backup = world.rows();
  const crypto::Signed lost = SignedAct(
      bond.client, MakeAct(world, bond, bond.client, Pause{world.clock.wall_ms + 5000, false}));
  v1::PerformResult first, second;
  REQUIRE(Perform(world, bond.client, lost, first).ok());
  const v1::Receipt evidence = StoreSomething(world, bond);
  RestoreAndReport(world, backup, bond.client, evidence);
  REQUIRE(Perform(world, bond.client, lost, second).ok());
  CHECK(first.item().entry() != second.item().entry());
  const ReadBook read = CheckedLedger(world, bond);
  CHECK(read.kinds() == "act restored act");
  CHECK(read.entries[1].incarnation != read.entries[0].incarnation);
  PauseTimes(world, bond, 1);
  CHECK(CheckedLedger(world, bond).kinds() == "act restored act act");
}

TEST_CASE("a ledger that a backup lost whole begins by saying so, a new bond's does not") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const MemoryStore::Rows backup = world.rows();
  PauseTimes(world, bond, 1);
  const v1::Receipt evidence = StoreSomething(world, bond);
  RestoreAndReport(world, backup, bond.client, evidence);
  PauseTimes(world, bond, 1);
  CHECK(CheckedLedger(world, bond).kinds() == "restored act");
  const TestBond fresh = world.FormBond();
  PauseTimes(world, fresh, 1);
  CHECK(CheckedLedger(world, fresh).kinds() == "act");
}

TEST_CASE("an entry that is no longer so proves a restored backup, and every reader is told") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const TestBond other = world.FormBond();
  PauseTimes(world, bond, 1);
  const MemoryStore::Rows backup = world.rows();
  PauseTimes(world, bond, 1);
  const v1::LedgerItem lost = ReadPage(world, bond.client, Of(bond.id))->items(1);
  world.store.Restore(backup);
  world.Restart();
  // Before anybody knows: another entry under the same number.
  PauseTimes(world, bond, 1);
  const v1::LedgerItem kept = ReadPage(world, bond.client, Of(bond.id))->items(0);
  CHECK(ReasonOf(Report(world, bond.client, AsEvidence(kept))) == Reason::kNothingMissing);
  CHECK(ReasonOf(Report(world, other.client, AsEvidence(lost))) == Reason::kUnknownBond);
  v1::LedgerItem forged = lost;
  forged.mutable_entry()->back() = static_cast<char>(forged.entry().back() ^ 1);
  CHECK(ReasonOf(Report(world, bond.client, AsEvidence(forged))) == Reason::kMalformedField);
  CHECK(CheckedLedger(world, bond).kinds() == "act act");

  REQUIRE(Report(world, bond.client, AsEvidence(lost)).ok());
  REQUIRE(Report(world, bond.client, AsEvidence(lost)).ok());
  // Told by reading alone, once.
  CHECK(ReadPage(world, bond.therapist, Of(bond.id))->items_size() == 2);
  CHECK(CheckedLedger(world, bond).kinds() == "act act restored");
  CHECK(CheckedLedger(world, bond).kinds() == "act act restored");
  CHECK(Told(world, bond.client) == "act act restored");
}

TEST_CASE("a bond that a backup lost comes back with a ledger that says so") {
  ServerWorld world;
  TestDevice therapist = world.EnrolledTherapist();
  const MemoryStore::Rows backup = world.rows();
  TestBond bond = world.FormBond(std::move(therapist));
  PauseTimes(world, bond, 1);
  const v1::Receipt evidence = StoreSomething(world, bond);
  RestoreAndReport(world, backup, bond.therapist, evidence);
  *bond.redemption.mutable_bond() = bond.redeemed.bond();
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                return core.RedeemInvitation(transaction, bond.redemption, bond.redeemed);
              })
              .ok());
  PauseTimes(world, bond, 1);
  CHECK(CheckedLedger(world, bond).kinds() == "restored act");
}

}  // namespace holdfast::server
