// One device of an account shuts another out, until the account key decides.
#pragma once

#include "holdfast/v1/directory.pb.h"
#include "server/core/members/identity.h"

namespace holdfast::server {

// Core::SuspendDevice.
absl::Status SuspendDevice(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::SuspendDeviceRequest& request,
                           v1::SuspendDeviceResponse& response);

}  // namespace holdfast::server
