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

v1::Receipt HostilePractice::SignedReceipt(const ReceiptLeaf& leaf) const {
  // The malicious operator owns the practice's key.
  const std::string text = ReadFile(couple.practice.data() / "practice.key");
  const std::string seed = FromHex(text.substr(text.find('\n') + 1, 64), "seed").value();
  const crypto::SigningKey key(crypto::SigningSeed::From(seed, "seed").value());
  v1::Receipt receipt;
  receipt.set_leaf(EncodeReceiptLeaf(leaf));
  BatchStatement batch;
  batch.practice = leaf.practice;
  batch.incarnation = leaf.incarnation;
  batch.batch = ++batches_;
  batch.leaves = 1;
  batch.root = crypto::MerkleLeaf(receipt.leaf());
  batch.signed_at_ms = leaf.stored_at_ms;
  receipt.mutable_batch()->set_statement(EncodeBatchStatement(batch));
  receipt.mutable_batch()->set_signature(
      key.Sign(crypto::Purpose::kBatch, receipt.batch().statement()).str());
  return receipt;
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
