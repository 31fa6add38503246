// One delivered envelope into the vault: message, ratchet, chains, heads, alarms.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/people/own_device.h"
#include "holdfast/v1/mailbox.pb.h"

namespace holdfast::client {

// Puts everything into the change. True where it is a new message for people. What
// is wrong with the envelope becomes an alarm in the change; an error means that
// the vault failed.
absl::StatusOr<bool> TakeDelivery(VaultChange& change, Ledgers& ledgers, const OwnDevice& own,
                                  const v1::Delivery& delivery, std::uint64_t now_ms);

}  // namespace holdfast::client
