// Whether what was sealed ahead may come, has come, or never will: from its release
// condition and the ledger that this device checked.
#pragma once

#include "client/core/ledger/ledger_books.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/vault.h"

namespace holdfast::client {

// A release condition, with the promise that the header's reply-to would name.
struct Condition {
  Release release;
  EnvelopeId promise;  // kPromiseMissed only; zero: whichever is missed next
};
Condition ConditionOf(const Header& header);
// vault_damaged.
absl::StatusOr<Condition> ConditionOf(const vault::Message& message);
void PutCondition(vault::Message& message, const Condition& condition);

// Whether the condition is true: a time by `now_ms`, everything else by the ledger.
// `since_ms`: when it was stored, for the next miss; 0 counts every one.
bool HasComeTrue(const LedgerBook& book, const Condition& condition, std::uint64_t since_ms,
                 std::uint64_t now_ms);

// Whether it came true at `said_ms` by the ledger, as its release says. For the next
// miss, any that was missed will do.
bool CameTrueAt(const LedgerBook& book, const Condition& condition, std::uint64_t said_ms);

// Of one that was neither withdrawn nor refused. `since_ms` as above.
AheadOutlook OutlookOf(const HeldLedger& held, const EnvelopeId& id, const Condition& condition,
                       std::uint64_t since_ms, std::uint64_t now_ms);

}  // namespace holdfast::client
