// What a stored envelope does to its bond's ledger.
#pragma once

#include "server/core/ledger/promises.h"

namespace holdfast::server {

// Whether it may do anything; if not, the ledger need not be read.
bool TouchesLedger(const BondRecord& bond, const Header& header);
// What is promised for it. Its receipt names it.
absl::StatusOr<PromiseTerms> TermsFor(Transaction& transaction, const BondLedger& ledger,
                                      const Header& header);
// Once it is stored, at ledger.at_ms: a check-in fills its slot, a reply settles what
// was promised, and an envelope of the client's that asks for a reply makes a
// promise.
absl::Status DrawConsequences(Context& context, Transaction& transaction, BondLedger& ledger,
                              const Header& header, const PromiseTerms& terms);

}  // namespace holdfast::server
