// How a device shows that it is itself and gets a token.
#pragma once

#include "holdfast/v1/login.pb.h"
#include "server/core/engine/context.h"

namespace holdfast::server {

// Core::Challenge and Core::Authenticate.
absl::Status Challenge(Context& context, v1::ChallengeResponse& response);
absl::Status Authenticate(Context& context, Transaction& transaction,
                          const v1::AuthenticateRequest& request,
                          v1::AuthenticateResponse& response);

}  // namespace holdfast::server
