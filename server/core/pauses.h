// Pauses: slots that would open within one are skipped; what is owed stays owed.
#pragma once

#include "server/core/acts.h"

namespace holdfast::server {

absl::Status PauseBond(const Performance& doing);
absl::Status ResumeBond(const Performance& doing);

bool IsPaused(const BondLedger& ledger, std::uint64_t at_ms);

}  // namespace holdfast::server
