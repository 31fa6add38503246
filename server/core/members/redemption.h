// How a client answers an invitation: its account and the bond, in one step.
#pragma once

#include "holdfast/v1/directory.pb.h"
#include "server/core/engine/context.h"

namespace holdfast::server {

// Core::RedeemInvitation.
absl::Status RedeemInvitation(Context& context, Transaction& transaction,
                              const v1::RedeemInvitationRequest& request,
                              v1::RedeemInvitationResponse& response);

}  // namespace holdfast::server
