// An account's archive: a chain of sealed records that its devices append to.
#pragma once

#include "holdfast/v1/archive.pb.h"
#include "server/core/members/identity.h"

namespace holdfast::server {

// Core::AppendArchive and Core::ReadArchive.
absl::Status AppendArchive(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::AppendArchiveRequest& request,
                           v1::AppendArchiveResponse& response);
absl::Status ReadArchive(Context& context, Transaction& transaction, const Caller& caller,
                         const v1::ReadArchiveRequest& request, v1::ReadArchiveResponse& response);

}  // namespace holdfast::server
