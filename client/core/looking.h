// How things stand, read from the checked ledgers and the vault.
#pragma once

#include <vector>

#include "client/core/acts.h"
#include "client/core/standing.h"
#include "holdfast/v1/mailbox.pb.h"

namespace holdfast::client {

absl::StatusOr<StandingView> LookAt(Ledgers& ledgers, VaultChange& change, const BondId& bond,
                                    std::uint64_t now_ms);
absl::StatusOr<std::vector<LedgerLine>> LedgerAfter(VaultChange& change, const BondId& bond,
                                                    std::uint64_t number);

// The rhythm's next openings after now, without those that the pause skips.
absl::StatusOr<std::vector<Slot>> OpeningsFrom(const LedgerBook& book, std::uint64_t now_ms);

// A reminder that came; one that makes no sense by the ledger is passed over.
absl::StatusOr<bool> TakeReminder(Ledgers& ledgers, VaultChange& change,
                                  const v1::Reminder& reminder);
// Those not shown yet and still of use; they are erased.
absl::StatusOr<std::vector<ReminderView>> ShowReminders(Ledgers& ledgers, VaultChange& change);

}  // namespace holdfast::client
