// What an envelope must be to be stored.
#pragma once

#include <vector>

#include "holdfast/v1/mailbox.pb.h"
#include "rules/header.h"
#include "server/core/members/identity.h"

namespace holdfast::server {

// What no later change can make right or wrong.
absl::Status CheckShape(const Identity& identity, const Header& header,
                        const v1::SendRequest& request);
// The same of the capsules; fills in whose they are.
absl::Status CheckCapsules(const v1::SendRequest& request, std::vector<DeviceId>& devices);

// Nobody but the account that would have written it may rule an id out.
absl::Status CheckNotWithdrawn(const EnvelopeIndexRecord& index, const AccountKey& account);
// What this account may send in the bond now.
absl::Status CheckAllowed(const Identity& identity, const BondRecord& bond, const Header& header,
                          std::uint64_t now_ms);
// The newest lists of both, and a capsule for each of their devices but the sender's own. True
// where they are earlier ones, as what a backup lost names them: some devices may have come off.
absl::StatusOr<bool> CheckCoverage(Context& context, Transaction& transaction,
                                   const Identity& identity, const BondRecord& bond,
                                   const Header& header, const std::vector<DeviceId>& capsules);

}  // namespace holdfast::server
