// Two people whose practice is malicious: it has the real keys, stands between
// both and the store, and does what the test says.
#pragma once

#include <atomic>
#include <memory>

#include "crypto/public/signature.h"
#include "rules/ledger.h"
#include "rules/receipt.h"
#include "support/catch.h"
#include "support/couple.h"
#include "support/middleman.h"

namespace holdfast::test {

class HostilePractice {
 public:
  HostilePractice();

  // What it does from now on. Honest() ends it.
  // It denies having lost anything.
  void Do(Tamper tamper);
  void Honest() { middleman_->Set({}); }
  const Middleman& middleman() const { return *middleman_; }

  // A receipt for `leaf` that is signed as a true one is, in a batch of its own.
  v1::Receipt SignedReceipt(const ReceiptLeaf& leaf) const;
  // And an entry of a ledger, with the act that it is about, if any.
  v1::LedgerItem SignedEntry(const LedgerEntry& entry, const v1::SignedStatement& act) const;

 private:
  std::unique_ptr<Middleman> middleman_;
  v1::SignedStatement SignedBatch(const PracticeKey& practice, const Incarnation& incarnation,
                                  BytesView leaf, std::uint64_t at_ms) const;
  mutable std::atomic<std::uint64_t> batches_ = 1'000'000;

 public:
  Couple couple;
};

// Of a command with --json: exit code 5, for a reason that an attack gives, in words
// for people. Where what was written was stored all the same, the exit code is that.
void CheckAlarm(const Outcome& outcome, int exit_code = kExitIntegrity);

}  // namespace holdfast::test
