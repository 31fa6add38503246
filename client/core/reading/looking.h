// How things stand, read from the checked ledgers and the vault.
#pragma once

#include <vector>

#include "client/core/ledger/ledgers.h"
#include "client/core/shown/standing.h"

namespace holdfast::client {

absl::StatusOr<StandingView> LookAt(Ledgers& ledgers, const VaultReader& reader, const BondId& bond,
                                    std::uint64_t now_ms);
absl::StatusOr<std::vector<LedgerLine>> LedgerAfter(const VaultReader& reader, const BondId& bond,
                                                    std::uint64_t number);

// The rhythm's next openings after now, without those that the pause skips.
absl::StatusOr<std::vector<Slot>> OpeningsFrom(const LedgerBook& book, std::uint64_t now_ms);

}  // namespace holdfast::client
