// How a device reads its mailbox: page by page, acknowledged cumulatively.
#pragma once

#include "holdfast/v1/mailbox.pb.h"
#include "server/core/engine/context.h"

namespace holdfast::server {

// Core::ReadMailbox and Core::Acknowledge.
absl::Status ReadMailbox(Context& context, Transaction& transaction, const Caller& caller,
                         const v1::SubscribeRequest& request, DeviceId& device,
                         v1::SubscribeResponse& response);
absl::Status Acknowledge(Context& context, Transaction& transaction, const Caller& caller,
                         const v1::AcknowledgeRequest& request, v1::AcknowledgeResponse& response);

}  // namespace holdfast::server
