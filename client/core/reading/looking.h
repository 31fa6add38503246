// How things stand, read from the checked ledgers and the vault.
#pragma once

#include <map>
#include <vector>

#include "client/core/ledger/decided.h"
#include "client/core/ledger/ledgers.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/standing.h"

namespace holdfast::client {

// What the practice promised in receipts of lives that are over, and no reply to it is known:
// by the messages alone, whatever became of the ledger.
using PromisesKept = std::map<BondId, std::map<EnvelopeId, PromiseLine>>;

// All that is looked at outside of a bond's own ledger: once for any number of bonds.
struct Outside {
  PromisesKept kept;
  std::vector<Pending> pending;
};
absl::StatusOr<Outside> LookOutside(const VaultReader& reader);

absl::StatusOr<StandingView> LookAt(Ledgers& ledgers, const VaultReader& reader, const BondId& bond,
                                    const Outside& outside, std::uint64_t now_ms);
absl::StatusOr<std::vector<LedgerLine>> LedgerAfter(const VaultReader& reader, const BondId& bond,
                                                    std::uint64_t number);

// To a client a release is told with its note: of one that is held, or not here yet, nothing is.
absl::Status LeaveOutHidden(const VaultReader& reader, Ledgers& ledgers, const OwnDevice& own,
                            std::vector<LedgerLine>& lines);

// The rhythm's next openings after now, without those that the pause skips.
absl::StatusOr<std::vector<Slot>> OpeningsFrom(const LedgerBook& book, std::uint64_t now_ms);

}  // namespace holdfast::client
