// A ledger entry and its proof.
#include "crypto/public/ledger.h"

#include "crypto/public/merkle.h"
#include "rules/limits.h"
#include "rules/receipt.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

Act PauseAct(const Person& person) {
  return {.bond = Filled<BondId>('b'),
          .id = Filled<ActId>('a'),
          .account = person.certificate.account,
          .device = person.device,
          .made_at_ms = kNowMs,
          .what = Pause{.until_ms = kNowMs + limits::kDayMs, .ahead_too = true}};
}

// A receipt and two ledger entries under one signature, as a practice makes them.
struct MixedBatch {
  SigningKey key = SigningKey::Generate();
  PracticeKey practice = key.public_key<PracticeKey>();
  Incarnation incarnation = Filled<Incarnation>('i');
  std::vector<LedgerEntry> entries;

  MixedBatch() {
    LedgerEntry entry;
    entry.practice = practice;
    entry.incarnation = incarnation;
    entry.bond = Filled<BondId>('b');
    entry.number = 1;
    entry.at_ms = kNowMs;
    entry.kind = LedgerKind::kAct;
    entry.subject = Filled<LedgerSubject>('a');
    entry.hash = Filled<Hash>('h');
    entries.push_back(entry);
    entry.number = 2;
    entry.previous = LedgerEntryHash(EncodeLedgerEntry(entries[0]));
    entry.kind = LedgerKind::kRestored;
    entry.subject = LedgerSubject();
    entry.hash = Hash();
    entries.push_back(entry);
  }

  LedgerProof Proof(std::size_t entry) const {
    ReceiptLeaf receipt;
    receipt.practice = practice;
    receipt.incarnation = incarnation;
    receipt.position = 1;
    std::vector<Hash> leaves = {MerkleLeaf(EncodeReceiptLeaf(receipt))};
    for (const LedgerEntry& each : entries) leaves.push_back(MerkleLeaf(EncodeLedgerEntry(each)));
    const BatchStatement batch{practice, incarnation, 1, 3, MerkleRoot(leaves), kNowMs};
    const Bytes bytes = EncodeBatchStatement(batch);
    return {EncodeLedgerEntry(entries[entry]), static_cast<std::uint32_t>(entry + 1),
            MerklePath(leaves, entry + 1), Signed{bytes, key.Sign(Purpose::kBatch, bytes).str()}};
  }
};

}  // namespace

TEST_CASE("an act is its device's, to the last bit of it and of its signature", "[ledger]") {
  const Person person;
  const Act act = PauseAct(person);
  const Signed carried = SignAct(person.signing, act);
  CHECK(VerifyAct(carried, person.certificate.signing).value() == act);
  for (std::size_t i = 0; i < carried.statement.size(); ++i) {
    Signed spoiled = carried;
    spoiled.statement[i] ^= 1;
    CHECK(Refuses(VerifyAct(spoiled, person.certificate.signing).status(), Reason::kIntegrity,
                  "act.signature"));
    CHECK(ActHash(spoiled) != ActHash(carried));
  }
  Signed spoiled = carried;
  spoiled.signature[9] ^= 1;
  CHECK(Refuses(VerifyAct(spoiled, person.certificate.signing).status(), Reason::kIntegrity,
                "act.signature"));
  CHECK(ActHash(spoiled) != ActHash(carried));
  const Person other;
  CHECK(Refuses(VerifyAct(carried, other.certificate.signing).status(), Reason::kIntegrity,
                "act.signature"));
}

TEST_CASE("bytes signed for another purpose are no act", "[ledger]") {
  const Person person;
  const Bytes statement = EncodeAct(PauseAct(person));
  const Signed login{statement, person.signing.Sign(Purpose::kLogin, statement).str()};
  CHECK(Refuses(VerifyAct(login, person.certificate.signing).status(), Reason::kIntegrity,
                "act.signature"));
}

TEST_CASE("ledger entries are proved by the batch that also holds receipts", "[ledger]") {
  const MixedBatch batch;
  for (std::size_t i = 0; i < batch.entries.size(); ++i) {
    CHECK(VerifyLedgerEntry(batch.Proof(i), batch.practice).value() == batch.entries[i]);
  }
}

TEST_CASE("a ledger entry with any part of its proof changed is an alarm", "[ledger]") {
  const MixedBatch batch;
  const auto refused = [&](const std::function<void(LedgerProof&)>& spoil, std::string_view field) {
    LedgerProof proof = batch.Proof(1);
    spoil(proof);
    return Refuses(VerifyLedgerEntry(proof, batch.practice).status(), Reason::kIntegrity, field);
  };
  for (std::size_t i = 0; i < kLedgerEntryBytes; ++i) {
    CHECK(refused([i](LedgerProof& p) { p.entry[i] ^= 1; }, "ledger.path"));
  }
  for (std::size_t i = 0; i < kBatchStatementBytes; ++i) {
    CHECK(refused([i](LedgerProof& p) { p.batch.statement[i] ^= 1; }, "ledger.batch.signature"));
  }
  CHECK(refused([](LedgerProof& p) { p.index = 1; }, "ledger.path"));
  CHECK(refused([](LedgerProof& p) { p.path.pop_back(); }, "ledger.path"));
  CHECK(refused([](LedgerProof& p) { p.path.resize(11); }, "ledger.path"));
}

TEST_CASE("a ledger entry of another practice or incarnation is an alarm", "[ledger]") {
  MixedBatch batch;
  CHECK(Refuses(VerifyLedgerEntry(batch.Proof(0), Filled<PracticeKey>('x')).status(),
                Reason::kIntegrity, "ledger.batch.signature"));
  batch.entries[0].practice = Filled<PracticeKey>('x');
  CHECK(Refuses(VerifyLedgerEntry(batch.Proof(0), batch.practice).status(), Reason::kIntegrity,
                "ledger.practice"));
  batch = MixedBatch();
  batch.entries[0].incarnation = Filled<Incarnation>('x');
  CHECK(Refuses(VerifyLedgerEntry(batch.Proof(0), batch.practice).status(), Reason::kIntegrity,
                "ledger.incarnation"));
}

TEST_CASE("a receipt is no ledger entry, though one signature covers both", "[ledger]") {
  const MixedBatch batch;
  LedgerProof proof = batch.Proof(0);
  ReceiptLeaf receipt;
  receipt.practice = batch.practice;
  receipt.incarnation = batch.incarnation;
  receipt.position = 1;
  std::vector<Hash> leaves = {MerkleLeaf(EncodeReceiptLeaf(receipt))};
  for (const LedgerEntry& each : batch.entries) {
    leaves.push_back(MerkleLeaf(EncodeLedgerEntry(each)));
  }
  proof = {EncodeReceiptLeaf(receipt), 0, MerklePath(leaves, 0), proof.batch};
  CHECK_FALSE(VerifyLedgerEntry(proof, batch.practice).ok());
}

}  // namespace holdfast::crypto
