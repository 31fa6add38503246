// What was decided here and is not in the ledger yet: signed acts in the vault, in
// the order in which they were decided.
#pragma once

#include <vector>

#include "client/core/vault/vault.h"
#include "rules/act.h"

namespace holdfast::client {

struct Pending {
  vault::Name<vault::PendingAct> name;
  BondId bond;
  Act act;
  vault::PendingAct record;
};
// What cannot be read is left out.
absl::StatusOr<std::vector<Pending>> PendingActs(const VaultReader& reader);

// Puts aside what cannot be read, and says so.
absl::Status SetAsideUnreadable(VaultChange& change, std::uint64_t now_ms);
// How many there are, put aside or not.
absl::StatusOr<std::size_t> CountUnreadable(const VaultReader& look);

// Puts a signed act behind those that wait; `progress` is written too.
Pending PutPending(VaultChange& change, vault::Progress& progress, Act act,
                   const v1::SignedStatement& statement);

// Queues an act that this device signed before, if it does not wait already.
absl::Status PerformAgain(VaultChange& change, const BondId& bond, const v1::SignedStatement& act);

// Envelopes whose withdrawal waits to be sent.
absl::StatusOr<std::vector<EnvelopeId>> Withdrawing(const VaultReader& reader);

}  // namespace holdfast::client
