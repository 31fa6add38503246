// Bonds as this device holds them.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "client/core/people/own_device.h"
#include "client/core/shown/person_name.h"
#include "client/core/vault/vault.h"

namespace holdfast::client {

struct BondParties {
  BondId bond;
  AccountKey therapist;
  AccountKey client;

  // The one that `own` is not.
  const AccountKey& other(const AccountKey& own) const {
    return own == therapist ? client : therapist;
  }
};

absl::StatusOr<BondParties> PartiesOf(const vault::Bond& bond);
// Those that the practice has confirmed.
absl::StatusOr<std::vector<vault::Bond>> AllBonds(const VaultReader& reader);
// The one way to a bond's record. Whoever reads it in a change to write it puts it back before
// another part of the core gets that change.
// nullopt where this device has no such bond.
absl::StatusOr<std::optional<vault::Bond>> FindBond(const VaultReader& reader, const BondId& bond);
// vault_damaged where it has none.
absl::StatusOr<vault::Bond> ReadBond(const VaultReader& reader, const BondId& bond);
void PutBond(VaultChange& change, const vault::Bond& bond);
// Every one, also those that the practice has not confirmed.
absl::Status ForEachBond(const VaultReader& reader,
                         const std::function<void(vault::Bond bond)>& take);
// The other side, as this device knows it.
PersonName WhoIs(const vault::Bond& bond, const AccountKey& own);

// The bond's signed statement, checked against what this device knows of it.
absl::StatusOr<crypto::BondStatement> CheckBondStatement(const OwnDevice& own,
                                                         const v1::SignedStatement& statement,
                                                         const BondParties& expected,
                                                         const LookupId& invitation);

}  // namespace holdfast::client
