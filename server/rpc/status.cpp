#include "server/rpc/status.h"

#include <string>

#include "holdfast/v1/common.pb.h"
#include "rules/errors.h"

namespace holdfast::server {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  v1::ErrorDetail detail;
  detail.set_reason(std::string(RowOf(ReasonOf(status)).name));
  detail.set_field(FieldOf(status).substr(0, kErrorFieldBytesMax));
  detail.set_retry_after_ms(RetryAfterMs(status));
  const std::string message(status.message().data(), status.message().size());
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      message.substr(0, kErrorMessageBytesMax), detail.SerializeAsString());
}

}  // namespace holdfast::server
