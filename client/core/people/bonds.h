// Bonds as this device holds them.
#pragma once

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
// nullopt where this device has no such bond.
absl::StatusOr<std::optional<vault::Bond>> FindBond(const VaultReader& reader, const BondId& bond);
void PutBond(VaultChange& change, const vault::Bond& bond);
// The other side, as this device knows it.
PersonName WhoIs(const vault::Bond& bond, const AccountKey& own);

// The bond's signed statement, checked against what this device knows of it.
absl::StatusOr<crypto::BondStatement> CheckBondStatement(const OwnDevice& own,
                                                         const v1::SignedStatement& statement,
                                                         const BondParties& expected,
                                                         const LookupId& invitation);

}  // namespace holdfast::client
