// An account's archive: appended in one order by all of its devices, read in pages.
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/records.h"
#include "support/catch.h"
#include "support/server_account.h"

namespace holdfast::server {
namespace {

struct Archived : ServerWorld {
  Archived() : bond(FormBond()), account(*this, bond.client), second(account.MakeFurther()) {
    account.List({&bond.client, &second});
  }
  absl::Status Refused(const TestDevice& by, const std::vector<v1::ArchiveRecord>& records) {
    FireDue();  // what an earlier change left to timers
    const MemoryStore::Rows before = RowsButClock();
    const absl::Status status = account.Append(by, records);
    CHECK(RowsButClock() == before);
    return status;
  }

  TestBond bond;
  TestAccount account;
  TestDevice second;
};

// Reason and field, for people to read where they differ.
std::string RefusalOf(const absl::Status& status) {
  return std::string(RowOf(ReasonOf(status)).name) + " " + FieldOf(status);
}
std::string Refusal(Reason reason, const std::string& field) {
  return std::string(RowOf(reason).name) + " " + field;
}

}  // namespace

TEST_CASE("what one device appends the other reads, in order, and nobody else") {
  Archived world;
  CHECK(world.account.ReadArchive(world.second, 0)->newest_number() == 0);
  const auto first = world.account.MakeRecord(world.bond.client);
  const auto second = world.account.MakeRecord(world.second);
  REQUIRE(world.account.Append(world.bond.client, {first}).ok());
  REQUIRE(world.account.Append(world.second, {second}).ok());
  const auto read = world.account.ReadArchive(world.second, 0);
  REQUIRE(read.ok());
  CHECK(read->newest_number() == 2);
  REQUIRE(read->records_size() == 2);
  CHECK(read->records(0).SerializeAsString() == first.SerializeAsString());
  CHECK(read->records(1).SerializeAsString() == second.SerializeAsString());
  CHECK(world.account.ReadArchive(world.bond.client, 1)->records_size() == 1);
  CHECK(world.account.ReadArchive(world.bond.client, 2)->records_size() == 0);
  CHECK(world.account.ReadArchive(world.bond.client, 77)->records_size() == 0);
  CHECK(world.account.ReadArchive(world.bond.therapist, 0)->newest_number() == 0);
}

TEST_CASE("records that are here are passed over, and a call is taken whole or not at all") {
  Archived world;
  const auto first = world.account.MakeRecord(world.bond.client);
  const auto second = world.account.MakeRecord(world.bond.client);
  const auto third = world.account.MakeRecord(world.bond.client);
  v1::ArchiveRecord broken = third;
  broken.mutable_record()->mutable_signature()->back() ^= 1;
  CHECK(RefusalOf(world.Refused(world.bond.client, {first, second, broken})) ==
        Refusal(Reason::kMalformedField, "records[2].record.signature"));
  REQUIRE(world.account.Append(world.bond.client, {first, second}).ok());
  const MemoryStore::Rows rows = world.RowsButClock();
  CHECK(world.account.Append(world.bond.client, {first, second}).ok());
  CHECK(world.RowsButClock() == rows);
  REQUIRE(world.account.Append(world.bond.client, {first, second, third}).ok());
  CHECK(world.account.ReadArchive(world.bond.client, 0)->newest_number() == 3);
}

TEST_CASE("whoever appends second, or under an older key, reads and seals again") {
  Archived world;
  TestAccount other(world, world.bond.client);
  const auto first = world.account.MakeRecord(world.bond.client);
  const auto rival = other.MakeRecord(world.second), behind = other.MakeRecord(world.second);
  REQUIRE(world.account.Append(world.bond.client, {first}).ok());
  const std::string moved = Refusal(Reason::kArchiveMoved, "records[0].record");
  CHECK(RefusalOf(world.Refused(world.second, {rival})) == moved);
  CHECK(RefusalOf(world.Refused(world.second, {behind})) == moved);
  (void)world.account.MakeRecord(world.second);
  CHECK(RefusalOf(world.Refused(world.second, {world.account.MakeRecord(world.second)})) == moved);

  // Of an epoch that is over, or has not begun.
  Archived later;
  auto change = later.account.ChangeTo({&later.bond.client});
  *change.mutable_epoch() = later.account.MakeEpoch(2);
  TestAccount same(later, later.bond.client);
  REQUIRE(later.account.Change(later.bond.client.caller(), change).ok());
  later.FireDue();
  CHECK(RefusalOf(later.Refused(later.bond.client, {same.MakeRecord(later.bond.client, 1)})) ==
        moved);
  TestAccount ahead(later, later.bond.client);
  CHECK(RefusalOf(later.Refused(later.bond.client, {ahead.MakeRecord(later.bond.client, 3)})) ==
        moved);
  CHECK(later.account.Append(later.bond.client, {later.account.MakeRecord(later.bond.client, 2)})
            .ok());
}

TEST_CASE("a record is of this account, of one of its devices, and what it says it is") {
  Archived world;
  const auto refused = [&](const std::function<void(v1::ArchiveRecord&)>& change) {
    TestAccount account(world, world.bond.client);
    auto record = account.MakeRecord(world.bond.client);
    change(record);
    return RefusalOf(world.Refused(world.bond.client, {record}));
  };
  CHECK(RefusalOf(world.Refused(world.bond.client, {})) ==
        Refusal(Reason::kMalformedField, "records"));
  CHECK(RefusalOf(world.Refused(world.bond.client, std::vector<v1::ArchiveRecord>(17))) ==
        Refusal(Reason::kMalformedField, "records"));
  CHECK(refused([](auto& record) { record.mutable_sealed()->back() ^= 1; }) ==
        Refusal(Reason::kMalformedField, "records[0].sealed"));
  CHECK(refused([](auto& record) { record.mutable_sealed()->pop_back(); }) ==
        Refusal(Reason::kMalformedField, "records[0].sealed"));
  TestAccount therapist(world, world.bond.therapist);
  CHECK(refused([&](auto& record) { record = therapist.MakeRecord(world.bond.therapist); }) ==
        Refusal(Reason::kNotPermitted, "records[0].record.account"));
  const auto sign = [&](const crypto::SigningKey& key, const DeviceId& device,
                        std::uint64_t at_ms) {
    return [&, device, at_ms](v1::ArchiveRecord& record) {
      auto stated = crypto::DecodeArchiveRecord(record.record().statement()).value();
      stated.device = device;
      stated.at_ms = at_ms;
      *record.mutable_record() = Carried(crypto::SignArchiveRecord(key, stated));
    };
  };
  CHECK(refused(
            sign(world.bond.therapist.device_key, world.bond.therapist.id, world.clock.wall_ms)) ==
        Refusal(Reason::kNotPermitted, "records[0].record.device"));
  CHECK(refused(sign(world.second.device_key, world.bond.client.id, world.clock.wall_ms)) ==
        Refusal(Reason::kMalformedField, "records[0].record.signature"));
  CHECK(refused(sign(world.bond.client.device_key, world.bond.client.id,
                     world.clock.wall_ms + limits::kSentAheadMsMax + 1)) ==
        Refusal(Reason::kTimeOutOfRange, "records[0].record.at_ms"));
  const auto first = world.account.MakeRecord(world.bond.client);
  (void)world.account.MakeRecord(world.bond.client);
  CHECK(RefusalOf(world.Refused(world.bond.client,
                                {first, world.account.MakeRecord(world.bond.client)})) ==
        Refusal(Reason::kMalformedField, "records[1].record.number"));
}

TEST_CASE("a page has 64 records at most, and 512 KiB but for a single larger one") {
  Archived world;
  std::vector<v1::ArchiveRecord> all;
  for (int i = 0; i < 70; ++i) {
    all.push_back(world.account.MakeRecord(world.bond.client));
    REQUIRE(world.account.Append(world.bond.client, {all.back()}).ok());
  }
  auto page = world.account.ReadArchive(world.second, 0);
  INFO(page.status());
  REQUIRE(page.ok());
  CHECK(page->records_size() == 64);
  CHECK(page->newest_number() == 70);
  CHECK(world.account.ReadArchive(world.second, 64)->records_size() == 6);
  for (int i = 0; i < 9; ++i) {
    all.push_back(world.account.MakeRecord(world.bond.client, 1, limits::kBucketBytes.back()));
    REQUIRE(world.account.Append(world.bond.client, {all.back()}).ok());
  }
  page = world.account.ReadArchive(world.second, 70);
  CHECK(page->records_size() == 7);
  CHECK(page->ByteSizeLong() <= kArchivePageBytesMax + 1024);
  // Page by page nothing is left out.
  std::vector<v1::ArchiveRecord> read;
  while (read.size() < all.size()) {
    page = world.account.ReadArchive(world.second, read.size());
    REQUIRE(page->records_size() > 0);
    read.insert(read.end(), page->records().begin(), page->records().end());
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(read[i].SerializeAsString() == all[i].SerializeAsString());
  }
}

TEST_CASE("the archive has a day's measure of its own, and messages go on") {
  Archived world;
  {
    const auto transaction = world.store.Begin();
    UsageRecord usage;
    usage.set_day(world.clock.wall_ms / limits::kDayMs);
    usage.set_archive_bytes(kArchiveBytesPerDayMax - 700);
    Save(*transaction, keys::Usage(world.bond.client.account), usage);
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }
  const auto first = world.account.MakeRecord(world.bond.client);
  const auto second = world.account.MakeRecord(world.bond.client);
  REQUIRE(world.account.Append(world.bond.client, {first}).ok());
  const absl::Status full = world.Refused(world.bond.client, {second});
  CHECK(RefusalOf(full) == Refusal(Reason::kQuotaExceeded, "records"));
  CHECK(RetryAfterMs(full) > 0);
  CHECK(world.account.Append(world.bond.client, {first}).ok());  // costs nothing
  v1::SendResponse sent;
  CHECK(world
            .Send(world.bond.client,
                  MakeSendTo(world, world.bond, world.bond.client, 2, 1,
                             {&world.second, &world.bond.therapist}),
                  sent)
            .ok());
  world.clock.Advance(limits::kDayMs);
  world.LogIn(world.bond.client);
  CHECK(world.account.Append(world.bond.client, {second}).ok());
}

TEST_CASE("a record whose bytes were lost is told of without them, and mended by whoever has it") {
  Archived world;
  const auto first = world.account.MakeRecord(world.bond.client);
  const auto second = world.account.MakeRecord(world.bond.client);
  REQUIRE(world.account.Append(world.bond.client, {first, second}).ok());
  MemoryStore::Rows damaged = world.rows();
  damaged.erase(keys::ArchiveSealed(world.bond.client.account, 1));
  world.store.Restore(damaged);
  auto read = world.account.ReadArchive(world.second, 0);
  REQUIRE(read.ok());
  REQUIRE(read->records_size() == 2);
  CHECK(read->records(0).sealed().empty());
  CHECK(read->records(0).record().statement() == first.record().statement());
  REQUIRE(world.account.Append(world.second, {first}).ok());
  CHECK(world.account.ReadArchive(world.second, 0)->records(0).sealed() == first.sealed());
}

TEST_CASE("what a device of before appended is appended again after a restored backup") {
  Archived world;
  const MemoryStore::Rows backup = world.rows();
  const auto first = world.account.MakeRecord(world.bond.client);
  const auto second = world.account.MakeRecord(world.second);
  REQUIRE(world.account.Append(world.bond.client, {first}).ok());
  REQUIRE(world.account.Append(world.second, {second}).ok());
  auto change = world.account.ChangeTo({&world.bond.client});
  *change.mutable_epoch() = world.account.MakeEpoch(2);
  REQUIRE(world.account.Change(world.bond.client.caller(), change).ok());
  const auto third = world.account.MakeRecord(world.bond.client, 2);
  REQUIRE(world.account.Append(world.bond.client, {third}).ok());
  world.store.Restore(backup);
  world.Restart();
  world.LogIn(world.bond.client);
  // By the device that is left, under the key of then, and only then the rest.
  REQUIRE(world.account.Append(world.bond.client, {first, second}).ok());
  CHECK(ReasonOf(world.Refused(world.bond.client, {third})) == Reason::kArchiveMoved);
  REQUIRE(world.account.Change(world.bond.client.caller(), change).ok());
  REQUIRE(world.account.Append(world.bond.client, {third}).ok());
  const auto read = world.account.ReadArchive(world.bond.client, 0);
  REQUIRE(read->records_size() == 3);
  CHECK(read->records(1).SerializeAsString() == second.SerializeAsString());
}

}  // namespace holdfast::server
