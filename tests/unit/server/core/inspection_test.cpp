// Whatever of a store is not as it was written, signed and counted is found, with whose
// it is; and nothing else is.
#include "server/core/inspection.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "crypto/public/archive_record.h"
#include "server/core/records/keys.h"
#include "server/core/records/records.pb.h"
#include "support/catch.h"
#include "support/server_account.h"
#include "support/server_ledger.h"

namespace holdfast::server {
namespace {

using FoundKind = StoreFinding::Kind;

std::vector<StoreFinding> FindingsIn(MemoryStore& store, StoreCounts* counts = nullptr) {
  std::vector<StoreFinding> findings;
  const auto transaction = store.Begin();
  const auto inspected =
      InspectStore(*transaction, [&](const StoreFinding& finding) { findings.push_back(finding); });
  INFO(inspected.status());
  REQUIRE(inspected.ok());
  if (counts != nullptr) *counts = *inspected;
  return findings;
}

// A bond with two envelopes, a slot, a promise that is kept, an act, and a note ahead that was
// withdrawn.
struct LivedIn : ServerWorld {
  TestBond bond = FormBond();

  LivedIn() {
    REQUIRE(Do(*this, bond, bond.therapist, TestAvailability()).ok());
    Sent ask;
    ask.kind = Kind::kCheckIn;
    ask.reply_owed = true;
    Sent reply;
    reply.kind = Kind::kReply;
    reply.reply_to = SendAs(*this, bond, bond.client, ask);
    Pass(limits::kHourMs);
    SendAs(*this, bond, bond.therapist, reply);
    PauseTimes(*this, bond, 1);
  }

  // The row as it would be after `change`.
  template <class Record>
  void Damage(const Key<Record>& key, const std::function<void(Record&)>& change) {
    MemoryStore::Rows changed = rows();
    Record record;
    REQUIRE(record.ParseFromString(changed.at(key)));
    change(record);
    changed.at(key) = record.SerializeAsString();
    store.Restore(std::move(changed));
  }
  void Lose(const Bytes& key) {
    MemoryStore::Rows changed = rows();
    REQUIRE(changed.erase(key) == 1);
    store.Restore(std::move(changed));
  }
  // First of all that is found, of the bond.
  void CheckFound(FoundKind kind, const std::string& what) {
    CheckFound(kind, "bond " + ToHex(bond.id.view().substr(0, 4)), what);
  }
  void CheckFound(FoundKind kind, const std::string& whose, const std::string& what) {
    const std::vector<StoreFinding> findings = FindingsIn(store);
    REQUIRE_FALSE(findings.empty());
    CHECK(findings.front().kind == kind);
    CHECK(findings.front().whose == whose);
    CHECK(findings.front().what.find(what) == 0);
  }
};

}  // namespace

TEST_CASE("a store that is as it was written has nothing to be found, in any of its lives") {
  LivedIn practice;
  StoreCounts counts;
  CHECK(FindingsIn(practice.store, &counts).empty());
  CHECK(counts.accounts == 2);
  CHECK(counts.bonds == 1);
  CHECK(counts.envelopes == 2);
  CHECK(counts.bodies == 2);
  CHECK(counts.entries == 4);  // act, made, kept, act
  CHECK(counts.batches >= 4);
  // A life after a restored backup counts its batches anew.
  {
    const auto transaction = practice.store.Begin();
    practice.core->BeginBatch();
    REQUIRE(practice.core->Open(*transaction, StoreLife::kAfterLoss).ok());
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }
  practice.Restart();
  CHECK(FindingsIn(practice.store).empty());
  practice.LogIn(practice.bond.client);
  SendAs(practice, practice.bond, practice.bond.client, {});
  CHECK(FindingsIn(practice.store).empty());
}

TEST_CASE("each thing that is not as it was is found, and whose it is") {
  LivedIn practice;
  const BondId bond = practice.bond.id;
  const Key<EnvelopeRecord> second = keys::Envelope(bond, 2);
  FoundKind expected = FoundKind::kBody;
  std::string what;
  SECTION("a body's bit") {
    MemoryStore::Rows rows = practice.rows();
    Bytes& body = rows.at(keys::Body(bond, 2));
    body[40] = static_cast<char>(body[40] ^ 1);
    practice.store.Restore(std::move(rows));
    what = "envelope 2: its body is not the one that was sealed";
  }
  SECTION("a body that is gone") {
    practice.Lose(keys::Body(bond, 1));
    what = "envelope 1: its body is missing";
  }
  SECTION("a body that cannot be read") {
    practice.store.SetReadFaultHook([&](BytesView key) {
      return key == keys::Body(bond, 2) ? Refuse(Reason::kStorageFailed, "row", "checksum")
                                        : absl::OkStatus();
    });
    what = "envelope 2: its body cannot be read";
  }
  SECTION("an envelope that is gone, in the middle") {
    expected = FoundKind::kEnvelope;
    practice.Lose(keys::Envelope(bond, 1));
    what = "envelope 1: it is missing";
  }
  SECTION("an envelope that is gone, at the end") {
    expected = FoundKind::kCount;
    practice.Lose(second);
    what = "its newest envelope is 1, and the bond says 2";
  }
  SECTION("a time of an envelope") {
    expected = FoundKind::kEnvelope;
    practice.Damage<EnvelopeRecord>(
        second, [](EnvelopeRecord& record) { record.set_stored_at_ms(record.stored_at_ms() + 1); });
    what = "envelope 2: it is not what its receipt covers";
  }
  SECTION("an id that is gone") {
    expected = FoundKind::kEnvelope;
    EnvelopeRecord record;
    REQUIRE(record.ParseFromString(practice.rows().at(second)));
    practice.Lose(keys::EnvelopeIndex(bond, DecodeHeader(record.header())->envelope));
    what = "envelope 2: its id does not lead to it";
  }
  practice.CheckFound(expected, what);
}

TEST_CASE("each thing of an account's archive that is not as it was is found, and whose it is") {
  LivedIn practice;
  const TestDevice& client = practice.bond.client;
  TestAccount account(practice, client);
  for (int i = 0; i < 3; ++i) REQUIRE(account.Append(client, {account.MakeRecord(client)}).ok());
  CHECK(FindingsIn(practice.store).empty());
  const AccountKey whose = client.account;
  FoundKind expected = FoundKind::kArchive;
  std::string name = "account " + ToHex(whose.view().substr(0, 4));
  std::string what;
  SECTION("a bit of what is sealed") {
    MemoryStore::Rows rows = practice.rows();
    Bytes& sealed = rows.at(keys::ArchiveSealed(whose, 2));
    sealed[40] = static_cast<char>(sealed[40] ^ 1);
    practice.store.Restore(std::move(rows));
    what = "archive record 2: its content is not what was sealed";
  }
  SECTION("what is sealed that is gone") {
    practice.Lose(keys::ArchiveSealed(whose, 3));
    what = "archive record 3: its content is missing";
  }
  SECTION("what is sealed that cannot be read") {
    practice.store.SetReadFaultHook([&](BytesView key) {
      return key == keys::ArchiveSealed(whose, 1)
                 ? Refuse(Reason::kStorageFailed, "row", "checksum")
                 : absl::OkStatus();
    });
    what = "archive record 1: its content cannot be read";
  }
  SECTION("another record in its place") {
    MemoryStore::Rows rows = practice.rows();
    rows.at(keys::ArchiveRecord(whose, 2)) = rows.at(keys::ArchiveRecord(whose, 1));
    practice.store.Restore(std::move(rows));
    what = "archive record 2: it is not what was written";
  }
  SECTION("a record's signature") {
    practice.Damage<StoredStatement>(keys::ArchiveRecord(whose, 2), [](StoredStatement& record) {
      record.mutable_signature()->back() ^= 1;
    });
    what = "archive record 2: its signature does not hold";
  }
  SECTION("a content of no record") {
    expected = FoundKind::kCount;
    name = "archive contents";
    MemoryStore::Rows rows = practice.rows();
    rows[keys::ArchiveSealed(whose, 9)] = "sealed";
    practice.store.Restore(std::move(rows));
    what = "4 are stored, and 3 belong to records";
  }
  SECTION("an end that is not its own") {
    practice.Damage<ArchiveHeadRecord>(keys::ArchiveHead(whose), [](ArchiveHeadRecord& record) {
      record.set_head(Bytes(Hash::size, 'x'));
    });
    what = "its archive does not end as its head says";
  }
  SECTION("a record behind its end") {
    expected = FoundKind::kCount;
    name = "archive records";
    StoredStatement newest;
    REQUIRE(newest.ParseFromString(practice.rows().at(keys::ArchiveRecord(whose, 2))));
    practice.Damage<ArchiveHeadRecord>(keys::ArchiveHead(whose), [&](ArchiveHeadRecord& record) {
      record.set_number(2);
      record.set_head(crypto::ArchiveRecordHash(newest.statement()).str());
    });
    what = "3 are stored, and 2 belong to archives";
  }
  practice.CheckFound(expected, name, what);
}

TEST_CASE("each thing of an account that is not as it was is found, and whose it is") {
  LivedIn practice;
  const TestDevice& client = practice.bond.client;
  TestAccount account(practice, client);
  const TestDevice second = account.MakeFurther();
  auto change = account.ChangeTo({&client, &second});
  const TestRecovery recovery = account.MakeRecovery(1);
  *change.mutable_recovery() = recovery.carried;
  *change.mutable_epoch() = account.MakeEpoch(2);
  REQUIRE(account.Change(client.caller(), change).ok());
  account.List({&client});
  practice.FireDue();
  CHECK(FindingsIn(practice.store).empty());
  FoundKind expected = FoundKind::kCount;
  std::string name = "account " + ToHex(client.account.view().substr(0, 4));
  std::string what;
  SECTION("a device list that is gone") {
    name = "device lists";
    practice.Lose(keys::DeviceList(client.account, 2));
    what = "3 are stored, and 4 belong to accounts";
  }
  SECTION("a former device that is gone") {
    name = "former devices";
    practice.Lose(keys::FormerDevice(client.account, 1));
    what = "0 are stored, and 1 belong to accounts";
  }
  SECTION("an epoch of the archive that is gone") {
    name = "archive epochs";
    practice.Lose(keys::ArchiveEpoch(client.account, 2));
    what = "0 are stored, and 1 belong to archives";
  }
  SECTION("a listed device that is gone") {
    expected = FoundKind::kTable;
    practice.Lose(keys::Device(client.id));
    what = "its device " + ToHex(client.id.view().substr(0, 4)) + " is missing";
  }
  SECTION("the statements of a listed device") {
    expected = FoundKind::kTable;
    practice.Lose(keys::DeviceStatements(client.id));
    what = "its device " + ToHex(client.id.view().substr(0, 4)) + " has no statements";
  }
  SECTION("its newest list") {
    expected = FoundKind::kTable;
    practice.Lose(keys::Devices(client.account));
    what = "its newest device list is missing";
  }
  SECTION("what its recovery code opens") {
    expected = FoundKind::kTable;
    practice.Lose(keys::Recovery(recovery.lookup));
    what = "its recovery code finds nothing";
  }
  practice.CheckFound(expected, name, what);
}

TEST_CASE("each thing of a ledger that is not as it was is found, and whose it is") {
  LivedIn practice;
  const BondId bond = practice.bond.id;
  std::string what;
  SECTION("a ledger entry that is gone") {
    practice.Lose(keys::LedgerEntry(bond, 2));
    what = "ledger entry 2: it is missing";
  }
  SECTION("the newest ledger entry is gone") {
    practice.Lose(keys::LedgerEntry(bond, 4));
    what = "its ledger ends with entry 3, and its head says 4";
  }
  SECTION("a ledger entry's time") {
    practice.Damage<LedgerEntryRecord>(keys::LedgerEntry(bond, 3), [](LedgerEntryRecord& record) {
      auto entry = DecodeLedgerEntry(record.entry());
      entry->at_ms += 1;
      record.set_entry(EncodeLedgerEntry(*entry));
    });
    what = "ledger entry 3: it is not what was signed";
  }
  SECTION("the act in an entry") {
    practice.Damage<LedgerEntryRecord>(keys::LedgerEntry(bond, 1), [](LedgerEntryRecord& record) {
      record.mutable_act()->mutable_statement()->back() ^= 1;
    });
    what = "ledger entry 1: the act in it is not the one that was signed";
  }
  practice.CheckFound(FoundKind::kLedger, what);
}

TEST_CASE("a batch's signature, its tree and its number are looked at, and every table's rows") {
  LivedIn practice;
  const Key<BatchRecord> batch = keys::Batch(0, 1);
  FoundKind expected = FoundKind::kBatch;
  SECTION("signature") {
    practice.Damage<BatchRecord>(batch, [](BatchRecord& record) {
      record.mutable_batch()->mutable_signature()->back() ^= 1;
    });
  }
  SECTION("tree") {
    practice.Damage<BatchRecord>(
        batch, [](BatchRecord& record) { record.mutable_leaf_hashes()->back() ^= 1; });
  }
  SECTION("another one's place") {
    MemoryStore::Rows rows = practice.rows();
    rows.at(keys::Batch(0, 2)) = rows.at(batch);
    practice.store.Restore(std::move(rows));
  }
  SECTION("one that is gone") {
    expected = FoundKind::kCount;
    practice.Lose(batch);
  }
  SECTION("a row of a table that nothing else reads") {
    expected = FoundKind::kTable;
    MemoryStore::Rows rows = practice.rows();
    rows.at(keys::Login(practice.bond.client.id)) = "\xff\xff";
    practice.store.Restore(std::move(rows));
  }
  SECTION("a body of no envelope") {
    expected = FoundKind::kCount;
    MemoryStore::Rows rows = practice.rows();
    rows[keys::Body(practice.bond.id, 9)] = "sealed";
    practice.store.Restore(std::move(rows));
  }
  SECTION("a ledger's head of no bond") {
    expected = FoundKind::kTable;
    MemoryStore::Rows rows = practice.rows();
    rows[keys::LedgerHead(BondId::From(Bytes(16, 'x'), "bond").value())] = "\xff\xff";
    practice.store.Restore(std::move(rows));
  }
  SECTION("a bond of an account that is another's") {
    expected = FoundKind::kTable;
    MemoryStore::Rows rows = practice.rows();
    rows.at(keys::BondOfAccount(practice.bond.client.account, 1)) = "short";
    practice.store.Restore(std::move(rows));
  }
  SECTION("when an open link expires") {
    expected = FoundKind::kTable;
    MemoryStore::Rows rows = practice.rows();
    rows[keys::OpenLink(practice.bond.client.account, LookupId())] = "soon";
    practice.store.Restore(std::move(rows));
  }
  SECTION("an envelope of no bond") {
    expected = FoundKind::kCount;
    MemoryStore::Rows rows = practice.rows();
    rows[keys::Envelope(BondId::From(Bytes(16, 'x'), "bond").value(), 1)] =
        rows.at(keys::Envelope(practice.bond.id, 1));
    practice.store.Restore(std::move(rows));
  }
  const std::vector<StoreFinding> findings = FindingsIn(practice.store);
  REQUIRE_FALSE(findings.empty());
  CHECK(findings.front().kind == expected);
}

TEST_CASE("envelopes that are missing one after another are told of together") {
  LivedIn practice;
  for (int i = 0; i < 3; ++i) SendAs(practice, practice.bond, practice.bond.client, {});
  for (std::uint64_t i = 2; i <= 4; ++i) practice.Lose(keys::Envelope(practice.bond.id, i));
  std::vector<std::string> missing;
  for (const StoreFinding& finding : FindingsIn(practice.store)) {
    if (finding.kind == FoundKind::kEnvelope) missing.push_back(finding.what);
  }
  CHECK(missing == std::vector<std::string>{"envelopes 2 to 4: they are missing"});
}

TEST_CASE("the operator is told of the promises missed today, and of what is late") {
  ServerWorld practice;
  const TestBond bond = practice.FormBond();
  REQUIRE(Do(practice, bond, bond.therapist, TestAvailability()).ok());
  const auto standing = [&](std::uint64_t now_ms) {
    const auto read = ReadStanding(*practice.store.Begin(), now_ms);
    REQUIRE(read.ok());
    return *read;
  };
  CHECK(standing(practice.clock.wall_ms).late_ms == 0);
  Sent ask;
  ask.kind = Kind::kCheckIn;
  ask.reply_owed = true;
  ReceiptLeaf leaf;
  for (int i = 0; i < 2; ++i) SendAs(practice, bond, bond.client, ask, &leaf);
  CHECK(standing(practice.clock.wall_ms).missed_today == 0);
  CHECK(standing(leaf.due_at_ms + limits::kHourMs).late_ms >= limits::kHourMs);
  practice.Pass(leaf.due_at_ms + 1 - practice.clock.wall_ms);
  const std::uint64_t now_ms = practice.clock.wall_ms;
  CHECK(standing(now_ms).missed_today == 2);
  CHECK(standing(now_ms).missed_yesterday == 0);
  CHECK(standing(now_ms).late_ms == 0);
  CHECK(standing(now_ms + limits::kDayMs).missed_today == 0);
  CHECK(standing(now_ms + limits::kDayMs).missed_yesterday == 2);
  CHECK(standing(now_ms + 2 * limits::kDayMs).missed_yesterday == 0);
}

TEST_CASE("a sample reads old and new envelopes, counts each once, and finds what is damaged") {
  LivedIn practice;
  std::vector<StoreFinding> findings;
  // Of the first bond from there on, the envelope that the last byte of each picks.
  const auto sample = [&](const std::vector<char>& picks) {
    Bytes seed;
    for (const char pick : picks) {
      seed += Bytes(kSeedBytes, '\0');
      seed.back() = pick;
    }
    findings.clear();
    const auto transaction = practice.store.Begin();
    const auto counts =
        InspectSample(*transaction, picks.size(), seed,
                      [&](const StoreFinding& finding) { findings.push_back(finding); });
    REQUIRE(counts.ok());
    return counts->envelopes;
  };
  CHECK(sample({0, 0, 2}) == 1);
  CHECK(sample({0, 1, 3}) == 2);
  CHECK(findings.empty());
  practice.Lose(keys::Body(practice.bond.id, 2));
  CHECK(sample({0}) == 1);
  CHECK(findings.empty());
  CHECK(sample({1, 3}) == 1);
  CHECK(findings.size() == 1);
  // Of a bond that is gone what is left is read all the same.
  practice.Lose(keys::Bond(practice.bond.id));
  CHECK(sample({5}) == 1);
}

}  // namespace holdfast::server
