#include "hostile/hostile_practice.h"

#include "crypto/public/merkle.h"
#include "rules/codec.h"

namespace holdfast::test {

HostilePractice::HostilePractice()
    : couple(
          [this](PracticeProcess& practice) {
            middleman_ = std::make_unique<Middleman>(practice);
            return middleman_->address();
          },
          [this](PracticeProcess&) { return middleman_->address(); }) {}

void HostilePractice::Do(Tamper tamper) {
  tamper.bonds = [change = std::move(tamper.bonds)](v1::ListBondsResponse& response) {
    response.set_lost_batch(false);
    if (change) change(response);
  };
  middleman_->Set(std::move(tamper));
}

v1::SignedStatement HostilePractice::SignedBatch(const PracticeKey& practice,
                                                 const Incarnation& incarnation, BytesView leaf,
                                                 std::uint64_t at_ms) const {
  // The malicious operator owns the practice's key.
  const std::string text = ReadFile(couple.practice.data() / "practice.key");
  const std::string seed = FromHex(text.substr(text.find('\n') + 1, 64), "seed").value();
  const crypto::SigningKey key(crypto::SigningSeed::From(seed, "seed").value());
  BatchStatement batch;
  batch.practice = practice;
  batch.incarnation = incarnation;
  batch.batch = ++batches_;
  batch.leaves = 1;
  batch.root = crypto::MerkleLeaf(leaf);
  batch.signed_at_ms = at_ms;
  v1::SignedStatement statement;
  statement.set_statement(EncodeBatchStatement(batch));
  statement.set_signature(key.Sign(crypto::Purpose::kBatch, statement.statement()).str());
  return statement;
}

v1::Receipt HostilePractice::SignedReceipt(const ReceiptLeaf& leaf) const {
  v1::Receipt receipt;
  receipt.set_leaf(EncodeReceiptLeaf(leaf));
  *receipt.mutable_batch() =
      SignedBatch(leaf.practice, leaf.incarnation, receipt.leaf(), leaf.stored_at_ms);
  return receipt;
}

v1::LedgerItem HostilePractice::SignedEntry(const LedgerEntry& entry,
                                            const v1::SignedStatement& act) const {
  v1::LedgerItem item;
  item.set_entry(EncodeLedgerEntry(entry));
  if (!act.statement().empty()) *item.mutable_act() = act;
  *item.mutable_batch() = SignedBatch(entry.practice, entry.incarnation, item.entry(), entry.at_ms);
  return item;
}

void CheckAlarm(const Outcome& outcome, int exit_code) {
  INFO(Describe(outcome));
  CHECK(outcome.exit_code == exit_code);
  const std::vector<Complaint> complaints = ComplaintsIn(outcome);
  CHECK_FALSE(complaints.empty());
  for (const Complaint& complaint : complaints) {
    const bool fits = complaint.reason == "integrity" || complaint.reason == "not_decryptable" ||
                      complaint.reason == "wrong_practice";
    CHECK(fits);
    CHECK(complaint.words.size() > 30);
    for (const char* jargon : {"DATA_LOSS", "INVALID", "Status", "protobuf"}) {
      CHECK(complaint.words.find(jargon) == std::string::npos);
    }
  }
}

}  // namespace holdfast::test
