// The two parties of a bond. Whoever is none cannot tell another's bond from none.
#pragma once

#include <string_view>

#include "server/core/engine/context.h"
#include "server/core/records/records.h"

namespace holdfast::server {

// The bond's record where `account` is a party of it, else unknown_bond naming
// `field`.
absl::StatusOr<BondRecord> BondOfParty(Transaction& transaction, const BondId& bond,
                                       const AccountKey& account, std::string_view field);
absl::StatusOr<AccountKey> OtherParty(const BondRecord& bond, const AccountKey& account);
// Formed before a backup was put back for the last time: something of it may have been lost.
absl::StatusOr<bool> MayHaveLostSome(Context& context, Transaction& transaction,
                                     const BondRecord& bond);

}  // namespace holdfast::server
