// An older backup was restored: how the store learns it from what it once signed.
#pragma once

#include "holdfast/v1/mailbox.pb.h"
#include "rules/receipt.h"
#include "server/core/identity.h"

namespace holdfast::server {

// Whether a batch that the practice signed is the one in the store.
absl::StatusOr<bool> HoldsBatch(Context& context, Transaction& transaction,
                                const BatchStatement& batch);

// Core::ReportRestore.
absl::Status ReportRestore(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::ReportRestoreRequest& request,
                           v1::ReportRestoreResponse& response);

}  // namespace holdfast::server
