#include "server/rpc/status.h"

#include <string>

#include "holdfast/v1/common.pb.h"
#include "rules/errors.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

// A status without a reason of the table is a cancellation or the like.
bool IsOurFault(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInternal ||
         status.code() == absl::StatusCode::kUnknown;
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const Reason reason = ReasonOf(status);
  if (IsOurFault(status)) {
    Log(LogLevel::kError, "call_failed", {{"error", status}});
  }
  v1::ErrorDetail detail;
  detail.set_reason(std::string(RowOf(reason).name));
  detail.set_field(FieldOf(status).substr(0, kErrorFieldBytesMax));
  detail.set_retry_after_ms(RetryAfterMs(status));
  const std::string message(status.message().data(), status.message().size());
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      message.substr(0, kErrorMessageBytesMax), detail.SerializeAsString());
}

}  // namespace holdfast::server
