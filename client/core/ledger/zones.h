// Zones as an author's device signs them, and signs them again when what it knows
// of them has changed.
#pragma once

#include "client/core/ledger/ledgers.h"

namespace holdfast::client {

// The zone for a statement signed now. usage where this device knows no zones.
absl::StatusOr<Zone> ReadZone(const Context& context, const std::string& name);

// Whether both say the same from `from_ms` until the first of them ends.
bool SameOffsets(const Zone& one, const Zone& other, std::uint64_t from_ms);

// For every bond: signs availability and rhythm that this device signed again,
// where the zone's rules have changed or are covered for less than
// limits::kZoneRenewalMs; and accepts, on a client's device, a rhythm that differs
// from the accepted one in nothing but the zone's changes. True where it did.
absl::StatusOr<bool> RenewZones(Context context, Ledgers& ledgers, VaultChange& change);

}  // namespace holdfast::client
