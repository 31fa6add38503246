// Storing one envelope.
#pragma once

#include "holdfast/v1/mailbox.pb.h"
#include "server/core/members/identity.h"

namespace holdfast::server {

// Core::Send. In order: authenticate; look up the envelope id, so that a retry of
// something stored never fails because a list, quota or bond has changed since;
// then everything else.
absl::Status Send(Context& context, Transaction& transaction, const Caller& caller,
                  const v1::SendRequest& request, v1::SendResponse& response);

}  // namespace holdfast::server
