#include "server/core/members/links.h"

#include "rules/errors.h"

namespace holdfast::server {

absl::Status CreateLink(Context& /*context*/, Transaction& /*transaction*/,
                        const Caller& /*caller*/, const v1::CreateLinkRequest& /*request*/,
                        v1::CreateLinkResponse& response) {
  response.Clear();
  return Refuse(Reason::kInternal, "", "is not there yet");
}

absl::Status GetLink(Context& /*context*/, Transaction& /*transaction*/,
                     const v1::GetLinkRequest& /*request*/, v1::NewDeviceResponse& response) {
  response.Clear();
  return Refuse(Reason::kInternal, "", "is not there yet");
}

absl::Status GetRecovery(Context& /*context*/, Transaction& /*transaction*/,
                         const v1::GetRecoveryRequest& /*request*/,
                         v1::NewDeviceResponse& response) {
  response.Clear();
  return Refuse(Reason::kInternal, "", "is not there yet");
}

}  // namespace holdfast::server
