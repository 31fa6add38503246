// Signs zones again when what an author's device knows of them has changed.
#pragma once

#include "client/core/ledger/ledgers.h"

namespace holdfast::client {

// For every bond: signs availability and rhythm that this device signed again,
// where the zone's rules have changed or are covered for less than
// limits::kZoneRenewalMs; and accepts, on a client's device, a rhythm that differs
// from the accepted one in nothing but the zone's changes. True where it did.
absl::StatusOr<bool> RenewZones(Context context, Ledgers& ledgers, VaultChange& change);

}  // namespace holdfast::client
