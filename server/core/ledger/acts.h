// Acts: what people sign about how their bond is run.
#pragma once

#include "holdfast/v1/ledger.pb.h"
#include "server/core/engine/context.h"

namespace holdfast::server {

// Core::Perform. In order: authenticate; then for each act: look up its id, so that a retry
// of something done never fails because of what has changed since; then everything else.
absl::Status Perform(Context& context, Transaction& transaction, const Caller& caller,
                     const v1::PerformRequest& request, v1::PerformResponse& response);

}  // namespace holdfast::server
