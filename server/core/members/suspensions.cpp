#include "server/core/members/suspensions.h"

#include "rules/errors.h"

namespace holdfast::server {

absl::Status SuspendDevice(Context& /*context*/, Transaction& /*transaction*/,
                           const Caller& /*caller*/, const v1::SuspendDeviceRequest& /*request*/,
                           v1::SuspendDeviceResponse& response) {
  response.Clear();
  return Refuse(Reason::kInternal, "", "is not there yet");
}

}  // namespace holdfast::server
