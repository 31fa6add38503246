// What one account may have stored in one day (UTC), so that nobody fills the disk
// for all. Asked last, when nothing else refuses: a retry of what is stored costs
// nothing.
#pragma once

#include "holdfast/v1/mailbox.pb.h"
#include "rules/act.h"
#include "server/core/engine/context.h"

namespace holdfast::server {

// Each counts one more, or refuses with quota_exceeded and the time until the next day. The
// field says of what there were too many, and everything else goes on: header and body
// (messages), act.availability (hours), act.reschedule (moved promises), act (any other),
// invitation, records (of the archive), devices (what the account key decides).
absl::Status SpendEnvelope(Context& context, Transaction& transaction, const AccountKey& account,
                           const v1::SendRequest& request);
absl::Status SpendAct(Context& context, Transaction& transaction, const AccountKey& account,
                      ActKind kind);
absl::Status SpendInvitation(Context& context, Transaction& transaction, const AccountKey& account);
absl::Status SpendArchive(Context& context, Transaction& transaction, const AccountKey& account,
                          std::uint64_t bytes);
absl::Status SpendDecisions(Context& context, Transaction& transaction, const AccountKey& account,
                            std::uint64_t decisions);

}  // namespace holdfast::server
