// What one account may have stored in one day (UTC), so that nobody fills the disk
// for all. Asked last, when nothing else refuses: a retry of what is stored costs
// nothing.
#pragma once

#include "holdfast/v1/mailbox.pb.h"
#include "server/core/engine/context.h"

namespace holdfast::server {

// Each counts one more, or refuses with quota_exceeded and the time until the next day.
absl::Status SpendEnvelope(Context& context, Transaction& transaction, const AccountKey& account,
                           const v1::SendRequest& request);
absl::Status SpendAct(Context& context, Transaction& transaction, const AccountKey& account);
absl::Status SpendInvitation(Context& context, Transaction& transaction, const AccountKey& account);

}  // namespace holdfast::server
