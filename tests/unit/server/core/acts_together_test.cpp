// Several acts in one call: each is judged by itself, and all that is done is one commit.
#include "crypto/public/ledger.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/records.h"
#include "support/catch.h"
#include "unit/server/core/ahead_support.h"

namespace holdfast::server {
namespace {

crypto::Signed PauseOf(ServerWorld& world, const TestBond& bond, std::uint64_t ms) {
  return SignedAct(bond.client,
                   MakeAct(world, bond, bond.client, Pause{world.clock.wall_ms + ms, false}));
}

}  // namespace

TEST_CASE("acts in one call are each judged by itself, in their order and in one batch") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const crypto::Signed not_theirs =
      SignedAct(bond.client, MakeAct(world, bond, bond.client, TestAvailability()));
  const auto response = PerformAll(world, bond.client,
                                   {PauseOf(world, bond, 1000),
                                    not_theirs,
                                    {"no act", Bytes(64, 's')},
                                    PauseOf(world, bond, 2000)});
  REQUIRE(response.ok());
  REQUIRE(response->results_size() == 4);
  CHECK(OutcomeOf(response->results(0)).ok());
  CHECK(ReasonOf(OutcomeOf(response->results(1))) == Reason::kNotPermitted);
  CHECK(FieldOf(OutcomeOf(response->results(1))) == "act.kind");
  CHECK(ReasonOf(OutcomeOf(response->results(2))) == Reason::kUnsupportedVersion);
  CHECK(OutcomeOf(response->results(3)).ok());
  CHECK(response->results(0).item().batch().signature() ==
        response->results(3).item().batch().signature());
  CHECK(response->results(3).item().index() == 1);
  const ReadBook read = CheckedLedger(world, bond);
  REQUIRE(read.kinds() == "act act");
  CHECK(EncodeLedgerEntry(read.entries[1]) == response->results(3).item().entry());
}

TEST_CASE("a call repeated, or its acts in another call, gets the same entries") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const crypto::Signed one = PauseOf(world, bond, 1000);
  const crypto::Signed two = PauseOf(world, bond, 2000);
  const auto first = PerformAll(world, bond.client, {one, two, one});
  REQUIRE(first.ok());
  CHECK(first->results(0).SerializeAsString() == first->results(2).SerializeAsString());
  const auto again = PerformAll(world, bond.client, {two, PauseOf(world, bond, 3000), one});
  REQUIRE(again.ok());
  CHECK(again->results(0).SerializeAsString() == first->results(1).SerializeAsString());
  CHECK(again->results(2).SerializeAsString() == first->results(0).SerializeAsString());
  CHECK(CheckedLedger(world, bond).kinds() == "act act act");
}

TEST_CASE("an act that fails half-way is undone, and what is behind it in its bond waits") {
  AheadPractice practice;
  const TestBond& bond = practice.bond;
  practice.Seal(bond.therapist, AtTime(practice.now() + limits::kDayMs));
  MemoryStore::Rows damaged = practice.rows();
  damaged.lower_bound(keys::Ahead(bond.id, 0))->second = "\xff";
  practice.store.Restore(std::move(damaged));
  practice.Restart();
  practice.LogIn(bond.therapist);
  // The end is in the ledger before what is sealed ahead is erased.
  const auto response = PerformAll(
      practice, bond.therapist,
      {SignedAct(bond.therapist, MakeAct(practice, bond, bond.therapist, EndBond{})),
       SignedAct(bond.therapist, MakeAct(practice, bond, bond.therapist, TestAvailability()))});
  REQUIRE(response.ok());
  CHECK(ReasonOf(OutcomeOf(response->results(0))) == Reason::kStorageFailed);
  CHECK(ReasonOf(OutcomeOf(response->results(1))) == Reason::kStorageFailed);
  CHECK(CheckedLedger(practice, bond).kinds().empty());
  const auto after = PerformAll(
      practice, bond.therapist,
      {SignedAct(bond.therapist, MakeAct(practice, bond, bond.therapist, TestAvailability()))});
  REQUIRE(after.ok());
  REQUIRE(OutcomeOf(after->results(0)).ok());
  CHECK(after->results(0).item().index() == 0);
  CHECK(CheckedLedger(practice, bond).kinds() == "act");
}

TEST_CASE("acts that are too many for a day are refused, and others in the call are not") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  UsageRecord usage;
  usage.set_day(world.clock.wall_ms / limits::kDayMs);
  usage.set_acts(kActsPerDayMax - 1);
  const auto transaction = world.store.Begin();
  Save(*transaction, keys::Usage(bond.therapist.account), usage);
  REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  const auto of = [&](Deed deed) {
    return SignedAct(bond.therapist, MakeAct(world, bond, bond.therapist, std::move(deed)));
  };
  const auto response = PerformAll(
      world, bond.therapist,
      {of(TestRhythm(FirstMonday(), 1)), of(TestRhythm(FirstMonday(), 2)), of(TestAvailability())});
  REQUIRE(response.ok());
  CHECK(OutcomeOf(response->results(0)).ok());
  CHECK(ReasonOf(OutcomeOf(response->results(1))) == Reason::kQuotaExceeded);
  CHECK(RetryAfterMs(OutcomeOf(response->results(1))) > 0);
  CHECK(OutcomeOf(response->results(2)).ok());
}

TEST_CASE("without room what is behind a refused act is refused as well, so order stays") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const crypto::Signed done = PauseOf(world, bond, 1000);
  REQUIRE(PerformAll(world, bond.client, {done}).ok());
  const MemoryStore::Rows rows = world.rows();
  v1::PerformResponse response;
  const v1::PerformRequest request =
      RequestOf({done, PauseOf(world, bond, 2000),
                 SignedAct(bond.client, MakeAct(world, bond, bond.client, Resume{}))});
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                core.SetRoom(false);
                return core.Perform(transaction, bond.client.caller(), request, response);
              })
              .ok());
  CHECK(OutcomeOf(response.results(0)).ok());
  CHECK(ReasonOf(OutcomeOf(response.results(1))) == Reason::kStorageFull);
  CHECK(ReasonOf(OutcomeOf(response.results(2))) == Reason::kStorageFull);
  CHECK(world.rows() == rows);
}

TEST_CASE("a call without acts, with too many or with too large ones is refused as a whole") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const MemoryStore::Rows rows = world.rows();
  const auto refused = [&](const std::vector<crypto::Signed>& acts, Reason reason) {
    const auto response = PerformAll(world, bond.client, acts);
    CHECK(ReasonOf(response.status()) == reason);
    CHECK(FieldOf(response.status()) == "acts");
    CHECK(world.rows() == rows);
  };
  refused({}, Reason::kMalformedField);
  std::vector<crypto::Signed> acts(limits::kActsPerCallMax + 1, PauseOf(world, bond, 1000));
  refused(acts, Reason::kMalformedField);
  acts.assign(limits::kActsPerCallMax, {Bytes(limits::kActBytesMax, 'x'), Bytes(64, 's')});
  refused(acts, Reason::kTooLarge);
  acts.assign(limits::kActsPerCallMax, PauseOf(world, bond, 1000));
  CHECK(PerformAll(world, bond.client, acts).ok());
}

}  // namespace holdfast::server
