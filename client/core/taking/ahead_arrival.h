// Taking in what the other side sealed ahead: opened by the keys held, or kept until
// the key comes; its release checked against this device's clock and ledger; and
// whether something that was due is missing.
#pragma once

#include "client/core/taking/arrival.h"

namespace holdfast::client {

// True where it is a new message for people. What is wrong becomes an alarm.
absl::StatusOr<bool> TakeAheadDelivery(Arrival& arrival);

// A key came with this message: what waited for it is opened. How many.
absl::StatusOr<std::size_t> OpenWaiting(Arrival& arrival);
// The same where the archive may have brought one. Commits.
absl::Status OpenByKeysNoted(Context context, Ledgers& ledgers);

// The writer's word for what was released and must have come.
absl::Status CheckAheadDue(Arrival& arrival, const v1::Content& content);

// Says once of what waits for its key for long.
absl::Status SayUnopened(VaultChange& change, const OwnDevice& own, std::uint64_t now_ms);

}  // namespace holdfast::client
