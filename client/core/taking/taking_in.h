// One delivered envelope into the vault: message, ratchet, chains, heads, alarms.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/people/own_device.h"
#include "holdfast/v1/content.pb.h"
#include "holdfast/v1/mailbox.pb.h"
#include "rules/header.h"

namespace holdfast::client {

// Puts everything into the change. True where it is a new message for people. What
// is wrong with the envelope becomes an alarm in the change; an error means that
// the vault failed.
absl::StatusOr<bool> TakeDelivery(Context context, VaultChange& change, Ledgers& ledgers,
                                  const OwnDevice& own, const v1::Delivery& delivery);

// The same for an envelope of the practice's history that came to the account before this
// device was one of its own, opened by a key that another device told; what was sealed ahead
// and is open by now, without one. What is here already takes the place that it has now. Errors are
// also what is wrong with it.
absl::StatusOr<bool> TakeFromHistory(Context context, VaultChange& change, Ledgers& ledgers,
                                     const OwnDevice& own, const v1::Delivery& delivery,
                                     const Header& header, const v1::MessageKey* key);

}  // namespace holdfast::client
