// A bond's stored envelopes, in order.
#pragma once

#include "holdfast/v1/mailbox.pb.h"
#include "server/core/members/identity.h"

namespace holdfast::server {

// Core::History.
absl::Status History(Context& context, Transaction& transaction, const Caller& caller,
                     const v1::HistoryRequest& request, v1::HistoryResponse& response);

}  // namespace holdfast::server
