// What the practice answers to a send and must not: said to the person.
#pragma once

#include "client/core/vault/context.h"
#include "holdfast/v1/mailbox.pb.h"

namespace holdfast::client {

// The message's time, by this device's clock too: another clock's mistake may pass.
bool IsAheadOfOwnClock(const v1::SendRequest& request, std::uint64_t now_ms);

// The practice's clock and this device's differ by more than a day. Commits.
absl::Status SayClocksDiffer(const Context& context, const BondId& bond);
// The receipt is not right, for the reason `why`. Commits. integrity.
absl::Status SayReceiptWrong(VaultChange& change, std::uint64_t now_ms, const BondId& bond,
                             const absl::Status& why);
// It says that it holds other bytes under the same id. Adds to the change.
absl::Status SayConflict(VaultChange& change, std::uint64_t now_ms, const BondId& bond);

}  // namespace holdfast::client
