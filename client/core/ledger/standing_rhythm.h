// The rhythm that a therapist proposes to whoever joins later; each of them still accepts it
// or says no.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/vault/context.h"
#include "rules/rhythm.h"

namespace holdfast::client {

// None where none is set. vault_damaged.
absl::StatusOr<std::optional<Rhythm>> StandingRhythm(const VaultReader& reader);
// Kept in this vault alone; none takes it away. The bonds that are here are left alone.
absl::Status PutStandingRhythm(VaultChange& change, std::optional<Rhythm> rhythm);

// Proposes it in each bond that was formed since, once, unless a rhythm was proposed there
// before. A rule that counts its check-ins counts from then on. Where it cannot be signed any
// more, nothing is changed.
absl::Status InheritRhythm(const Context& context, Ledgers& ledgers, VaultChange& change);

}  // namespace holdfast::client
