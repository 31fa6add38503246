// What the account key decides: newer device lists, another recovery code, a new epoch of the
// archive's key (crypto/PROTOCOL.md "Devices", "Recovery code", "Archive").
#pragma once

#include "holdfast/v1/directory.pb.h"
#include "server/core/engine/context.h"

namespace holdfast::server {

// Core::ChangeAccount.
absl::Status ChangeAccount(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::ChangeAccountRequest& request,
                           v1::ChangeAccountResponse& response);

}  // namespace holdfast::server
