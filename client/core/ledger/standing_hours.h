// The hours that a therapist set for everybody: whoever joins later has them too.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/vault/context.h"
#include "rules/availability.h"

namespace holdfast::client {

// None where none were set. vault_damaged.
absl::StatusOr<std::optional<Availability>> StandingHours(const VaultReader& reader);
// Kept in this vault alone; what a bond has already stays.
absl::Status PutStandingHours(VaultChange& change, Availability hours);

// Signs them for each bond that has no hours and waits for none. Away times that are over
// are left out. Where they cannot be signed any more, nothing is changed.
absl::Status InheritHours(const Context& context, Ledgers& ledgers, VaultChange& change);

}  // namespace holdfast::client
