// Reminders that came and were not shown yet.
#pragma once

#include <vector>

#include "client/core/ledger/ledgers.h"
#include "client/core/shown/standing.h"
#include "holdfast/v1/mailbox.pb.h"

namespace holdfast::client {

// A reminder that came; one that makes no sense by the ledger is passed over.
absl::StatusOr<bool> TakeReminder(Ledgers& ledgers, VaultChange& change,
                                  const v1::Reminder& reminder);
// Those not shown yet and still of use.
absl::StatusOr<std::vector<ReminderView>> UsefulReminders(Ledgers& ledgers,
                                                          const VaultReader& reader);
// The same; they are erased.
absl::StatusOr<std::vector<ReminderView>> ShowReminders(Ledgers& ledgers, VaultChange& change);

}  // namespace holdfast::client
