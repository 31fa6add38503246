// How things stand, read from the checked ledgers and the vault.
#pragma once

#include <map>
#include <vector>

#include "client/core/ledger/ledgers.h"
#include "client/core/shown/standing.h"

namespace holdfast::client {

// What the practice promised in receipts of lives that are over, and no reply to it is known:
// by the messages alone, whatever became of the ledger. Reads them all: once for any number
// of bonds.
using PromisesKept = std::map<BondId, std::map<EnvelopeId, PromiseLine>>;
absl::StatusOr<PromisesKept> KeptPromises(const VaultReader& reader);

absl::StatusOr<StandingView> LookAt(Ledgers& ledgers, const VaultReader& reader, const BondId& bond,
                                    const PromisesKept& kept, std::uint64_t now_ms);
absl::StatusOr<std::vector<LedgerLine>> LedgerAfter(const VaultReader& reader, const BondId& bond,
                                                    std::uint64_t number);

// The rhythm's next openings after now, without those that the pause skips.
absl::StatusOr<std::vector<Slot>> OpeningsFrom(const LedgerBook& book, std::uint64_t now_ms);

}  // namespace holdfast::client
