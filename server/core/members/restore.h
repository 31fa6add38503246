// An older backup was restored: how the store learns it from what it once signed.
#pragma once

#include "holdfast/v1/mailbox.pb.h"
#include "server/core/members/identity.h"

namespace holdfast::server {

// Core::ReportRestore.
absl::Status ReportRestore(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::ReportRestoreRequest& request,
                           v1::ReportRestoreResponse& response);

}  // namespace holdfast::server
