// The ledger: what people sign goes in as it came, once, in an order that nobody
// can change afterwards.
#include "crypto/public/ledger.h"

#include "server/core/records/limits.h"
#include "support/catch.h"
#include "support/server_ledger.h"

namespace holdfast::server {
TEST_CASE("an act is in the ledger as it was signed, proved, and told to both") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const Act act = MakeAct(world, bond, bond.therapist, TestAvailability());
  const crypto::Signed carried = SignedAct(bond.therapist, act);
  v1::PerformResult response;
  REQUIRE(Perform(world, bond.therapist, carried, response).ok());
  CHECK(response.item().act().statement() == carried.statement);
  CHECK(response.item().act().signature() == carried.signature);
  const ReadBook read = CheckedLedger(world, bond, bond.therapist);
  REQUIRE(read.entries.size() == 1);
  CHECK(EncodeLedgerEntry(read.entries[0]) == response.item().entry());
  CHECK(read.book.availability()->number == 1);
  const auto page = ReadPage(world, bond.client, Of(bond.id));
  CHECK(page->items(0).SerializeAsString() == response.item().SerializeAsString());
  CHECK(Told(world, bond.client) == "act");
  CHECK(Told(world, bond.therapist) == "act");
}

TEST_CASE("the same act again gets the same entry, whatever has changed; another is refused") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  Act act = MakeAct(world, bond, bond.therapist, TestAvailability());
  const crypto::Signed carried = SignedAct(bond.therapist, act);
  v1::PerformResult first, again;
  REQUIRE(Perform(world, bond.therapist, carried, first).ok());
  REQUIRE(Do(world, bond, bond.therapist, EndBond{}).ok());
  world.Pass(limits::kDayMs);
  world.Restart();
  world.LogIn(bond.therapist);
  const MemoryStore::Rows rows = world.rows();
  REQUIRE(Perform(world, bond.therapist, carried, again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  act.made_at_ms += 1;
  const absl::Status other = Perform(world, bond.therapist, SignedAct(bond.therapist, act), again);
  CHECK(ReasonOf(other) == Reason::kActConflict);
  CHECK(FieldOf(other) == "act.id");
  CHECK(CheckedLedger(world, bond).kinds() == "act act");
}

TEST_CASE("an act repeated in the same batch is done once and answered twice") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  v1::PerformRequest request;
  *request.add_acts() = Carried(SignedAct(
      bond.client, MakeAct(world, bond, bond.client, Pause{world.clock.wall_ms + 1000, false})));
  v1::PerformResponse first, second;
  v1::ReadLedgerResponse page;
  const auto outcomes = world.RunBatch(
      {[&](Core& core, Transaction& transaction) {
         return core.Perform(transaction, bond.client.caller(), request, first);
       },
       [&](Core& core, Transaction& transaction) {
         return core.Perform(transaction, bond.client.caller(), request, second);
       },
       [&](Core& core, Transaction& transaction) {
         return core.ReadLedger(transaction, bond.client.caller(), Of(bond.id), page);
       }});
  for (const absl::Status& outcome : outcomes) CHECK(outcome.ok());
  CHECK(first.SerializeAsString() == second.SerializeAsString());
  CHECK_FALSE(first.results(0).item().batch().signature().empty());
  CHECK(page.items().empty());  // not committed, so not there
  CHECK(page.newest() == 0);
  CHECK(CheckedLedger(world, bond).kinds() == "act");
}

TEST_CASE("an act is refused, naming the field, and changes nothing") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const TestBond other = world.FormBond();
  REQUIRE(Do(world, bond, bond.therapist, TestAvailability()).ok());
  const auto refused = [&](const TestDevice& caller, const crypto::Signed& act, Reason reason,
                           const std::string& field) {
    world.LogIn(caller);
    const MemoryStore::Rows rows = world.rows();
    v1::PerformResponse response;
    REQUIRE(world
                .Run([&](Core& core, Transaction& transaction) {
                  return core.Perform(transaction, caller.caller(), RequestOf({act}), response);
                })
                .ok());
    const absl::Status status = OutcomeOf(response.results(0));
    INFO(status);
    CHECK(ReasonOf(status) == reason);
    CHECK(FieldOf(status) == field);
    CHECK(world.rows() == rows);
  };
  const auto of = [&](const TestDevice& device, Deed deed) {
    return SignedAct(device, MakeAct(world, bond, device, std::move(deed)));
  };
  const Deed pause = Pause{world.clock.wall_ms + 1000, false};

  crypto::Signed broken = of(bond.client, pause);
  broken.signature[5] = static_cast<char>(broken.signature[5] ^ 1);
  refused(bond.client, broken, Reason::kMalformedField, "act.signature");
  refused(bond.client, {Bytes(limits::kActBytesMax + 1, 'x'), Bytes(64, 's')}, Reason::kTooLarge,
          "act.statement");
  refused(bond.client, {"", Bytes(64, 's')}, Reason::kMalformedField, "act.statement");
  refused(bond.client, of(bond.therapist, EndBond{}), Reason::kNotPermitted, "act.account");
  refused(other.client, of(bond.client, pause), Reason::kUnknownBond, "act.bond");
  Act ahead = MakeAct(world, bond, bond.client, pause);
  ahead.made_at_ms += limits::kSentAheadMsMax + 1;
  refused(bond.client, SignedAct(bond.client, ahead), Reason::kTimeOutOfRange, "act.made_at_ms");
  for (const Deed& deed : {Deed(TestAvailability(2)), Deed(TestRhythm(Local(2026, 9, 28, 20))),
                           Deed(Reschedule{EnvelopeId::From(Bytes(16, 'e'), "").value(),
                                           limits::kTimeMinMs, world.clock.wall_ms + 1000})}) {
    refused(bond.client, of(bond.client, deed), Reason::kNotPermitted, "act.kind");
  }
  refused(bond.therapist, of(bond.therapist, pause), Reason::kNotPermitted, "act.kind");

  refused(bond.therapist, of(bond.therapist, TestAvailability(1)), Reason::kActSuperseded,
          "act.availability.number");
  refused(bond.therapist, of(bond.therapist, TestAvailability(3)), Reason::kActSuperseded,
          "act.availability.number");
  Availability never = TestAvailability(2);
  never.away = {{world.clock.wall_ms, world.clock.wall_ms + 700 * limits::kDayMs}};
  refused(bond.therapist, of(bond.therapist, never), Reason::kTimeOutOfRange,
          "act.availability.away");
  Rhythm rhythm = TestRhythm(Local(2026, 9, 28, 20));
  rhythm.rule = "FREQ=WEEKLY;UNTIL=20260901";
  refused(bond.therapist, of(bond.therapist, rhythm), Reason::kTimeOutOfRange, "act.rhythm.rule");
  rhythm.rule = "FREQ=HOURLY";
  refused(bond.therapist, of(bond.therapist, rhythm), Reason::kMalformedField, "act.rhythm.rule");
  rhythm = TestRhythm(Local(2026, 9, 28, 20));
  rhythm.window_minutes = 7 * 24 * 60;
  refused(bond.therapist, of(bond.therapist, rhythm), Reason::kMalformedField,
          "act.rhythm.window_minutes");
}

TEST_CASE("after the end of a bond everything is read and nothing more is done") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  REQUIRE(Do(world, bond, bond.client, EndBond{}).ok());
  CHECK(ReasonOf(Do(world, bond, bond.therapist, TestAvailability())) == Reason::kBondEnded);
  v1::SendResponse response;
  CHECK(ReasonOf(world.Send(bond.client, world.MakeSend(bond, bond.client), response)) ==
        Reason::kBondEnded);
  CHECK(CheckedLedger(world, bond).book.ended());
  CHECK(Told(world, bond.therapist) == "act");
}

TEST_CASE("a ledger is read page by page, by its two parties only") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const TestBond other = world.FormBond();
  PauseTimes(world, bond, 70);
  auto page = ReadPage(world, bond.therapist, Of(bond.id));
  REQUIRE(page.ok());
  CHECK(page->items_size() == 64);
  CHECK(page->newest() == 70);
  CHECK(ReadPage(world, bond.client, Of(bond.id, 64))->items_size() == 6);
  CHECK(ReadPage(world, bond.client, Of(bond.id, 64, 2))->items_size() == 2);
  CHECK(ReadPage(world, bond.client, Of(bond.id, 1000))->items_size() == 0);
  CHECK(ReasonOf(ReadPage(world, other.client, Of(bond.id)).status()) == Reason::kUnknownBond);
  CHECK(FieldOf(ReadPage(world, bond.client, Of(bond.id, 0, 65)).status()) == "limit");
  CHECK(CheckedLedger(world, bond).entries.size() == 70);
}

TEST_CASE("receipts and entries share their batch's signature") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  v1::PerformRequest act;
  *act.add_acts() = Carried(SignedAct(
      bond.client, MakeAct(world, bond, bond.client, Pause{world.clock.wall_ms + 1000, false})));
  const v1::SendRequest send = world.MakeSend(bond, bond.therapist);
  v1::PerformResponse performed;
  v1::SendResponse sent;
  const auto outcomes =
      world.RunBatch({[&](Core& core, Transaction& transaction) {
                        return core.Send(transaction, bond.therapist.caller(), send, sent);
                      },
                      [&](Core& core, Transaction& transaction) {
                        return core.Perform(transaction, bond.client.caller(), act, performed);
                      }});
  for (const absl::Status& outcome : outcomes) REQUIRE(outcome.ok());
  CHECK(sent.receipt().batch().signature() == performed.results(0).item().batch().signature());
  CHECK(performed.results(0).item().index() == 1);
  CHECK(CheckedLedger(world, bond).kinds() == "act");
}

TEST_CASE("times in a bond never decrease, over envelopes and entries") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  PauseTimes(world, bond, 1);
  const std::uint64_t at = world.clock.wall_ms;
  world.clock.wall_ms -= limits::kHourMs;
  world.clock.synchronised = true;  // even where the earlier time is the right one
  ReceiptLeaf leaf;
  SendAs(world, bond, bond.client, {}, &leaf);
  CHECK(leaf.stored_at_ms == at);
  world.clock.Advance(2 * limits::kHourMs);
  SendAs(world, bond, bond.client, {}, &leaf);
  world.clock.wall_ms -= limits::kHourMs;
  PauseTimes(world, bond, 1);
  CHECK(CheckedLedger(world, bond).entries.back().at_ms == leaf.stored_at_ms);
}

}  // namespace holdfast::server
