#include "server/core/archive/archive.h"

#include "rules/errors.h"

namespace holdfast::server {

absl::Status AppendArchive(Context& /*context*/, Transaction& /*transaction*/,
                           const Caller& /*caller*/, const v1::AppendArchiveRequest& /*request*/,
                           v1::AppendArchiveResponse& response) {
  response.Clear();
  return Refuse(Reason::kInternal, "", "is not there yet");
}

absl::Status ReadArchive(Context& /*context*/, Transaction& /*transaction*/,
                         const Caller& /*caller*/, const v1::ReadArchiveRequest& /*request*/,
                         v1::ReadArchiveResponse& response) {
  response.Clear();
  return Refuse(Reason::kInternal, "", "is not there yet");
}

}  // namespace holdfast::server
