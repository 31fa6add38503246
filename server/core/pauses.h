// Pauses: slots that would open within one are skipped; what is owed stays owed; what
// is sealed ahead waits where the client wants that.
#pragma once

#include "server/core/acts.h"

namespace holdfast::server {

absl::Status PauseBond(const Performance& doing);
absl::Status ResumeBond(const Performance& doing);

bool IsPaused(const BondLedger& ledger, std::uint64_t at_ms);
// Whether nothing that is sealed ahead is released now.
bool HoldsAhead(const BondLedger& ledger);

}  // namespace holdfast::server
