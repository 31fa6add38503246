// The practice's identity, and its lives.
#include "server/core/records/keys.h"
#include "server/core/records/records.pb.h"
#include "support/catch.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

absl::Status OpenAs(ServerWorld& world, const crypto::SigningSeed& seed) {
  Core core(CoreConfig{crypto::SigningKey(seed.Clone()), {}, "x:1"}, world.clock, world.entropy);
  const auto transaction = world.store.Begin();
  return core.Open(*transaction);
}

}  // namespace

TEST_CASE("the practice says who it is, and stays the same through a restart") {
  ServerWorld world;
  v1::DescribeResponse before, after;
  const auto describe = [&](v1::DescribeResponse& response) {
    return world.Run([&](Core& core, Transaction& transaction) {
      return core.Describe(transaction, {}, response);
    });
  };
  REQUIRE(describe(before).ok());
  world.Restart();
  REQUIRE(describe(after).ok());
  CHECK(before.incarnation().size() == Incarnation::size);
  CHECK(before.incarnation() == after.incarnation());
  CHECK(before.protocol_version() == 1);
  CHECK(before.server_time_ms() == world.clock.wall_ms);
  CHECK(before.endorsements_size() == 1);
}

TEST_CASE("the practice vouches for its TLS key for a month, and does so again while it runs") {
  ServerWorld world;
  const auto endorsed = [&] {
    v1::DescribeResponse response;
    REQUIRE(world
                .Run([&](Core& core, Transaction& transaction) {
                  return core.Describe(transaction, {}, response);
                })
                .ok());
    REQUIRE(response.endorsements_size() == 1);
    const v1::SignedStatement& carried = response.endorsements(0);
    return crypto::VerifyEndorsement({carried.statement(), carried.signature()}, world.practice,
                                     world.tls_key, world.clock.wall_ms);
  };
  const std::uint64_t begun_ms = world.clock.wall_ms;
  const auto first = endorsed();
  REQUIRE(first.ok());
  CHECK(first->not_after_ms == begun_ms + 30 * limits::kDayMs);
  for (int day = 0; day < 70; ++day) {
    world.clock.Advance(limits::kDayMs);
    INFO(day);
    CHECK(endorsed().ok());
  }
  world.clock.wall_ms = begun_ms - limits::kDayMs;  // set back
  CHECK(endorsed().ok());
}

TEST_CASE("a store of a newer format is refused") {
  ServerWorld world;
  MemoryStore::Rows rows = world.rows();
  PracticeRecord record;
  REQUIRE(record.ParseFromString(rows[keys::Practice()]));
  record.set_format(record.format() + 1);
  rows[keys::Practice()] = record.SerializeAsString();
  world.store.Restore(rows);
  CHECK(ReasonOf(OpenAs(world, world.practice_seed)) == Reason::kNewerFormat);
}

TEST_CASE("a store of another practice key is refused") {
  ServerWorld world;
  const auto other = crypto::SigningSeed::From(Bytes(32, 'x'), "seed").value();
  CHECK(ReasonOf(OpenAs(world, other)) == Reason::kWrongPractice);
}

TEST_CASE("a truncated record is a typed error and never an abort") {
  ServerWorld world;
  MemoryStore::Rows rows = world.rows();
  rows[keys::Practice()] = "\x0a\xff";
  world.store.Restore(rows);
  CHECK(ReasonOf(OpenAs(world, world.practice_seed)) == Reason::kStorageFailed);
}

TEST_CASE("a store that is opened after a loss begins a new life, with an older one behind it") {
  ServerWorld world;
  PracticeRecord before;
  REQUIRE(before.ParseFromString(world.rows().at(keys::Practice())));
  const auto open = [&] {
    Core core(CoreConfig{crypto::SigningKey(world.practice_seed.Clone()), {}, "x:1"}, world.clock,
              world.entropy);
    const auto transaction = world.store.Begin();
    REQUIRE(core.Open(*transaction, StoreLife::kAfterLoss).ok());
    CHECK(Core::NewestBatch(*transaction).value() == 0);
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
    PracticeRecord after;
    REQUIRE(after.ParseFromString(world.rows().at(keys::Practice())));
    return after;
  };
  SECTION("one that is there") {
    const PracticeRecord after = open();
    REQUIRE(after.incarnations_size() == before.incarnations_size() + 1);
    CHECK(after.incarnations(0) == before.incarnations(0));
  }
  SECTION("a new one") {
    world.store.Restore({});
    CHECK(open().incarnations_size() == 2);
  }
}

}  // namespace holdfast::server
