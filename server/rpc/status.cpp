#include "server/rpc/status.h"

#include "server/core/records/refusals.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

// A status without a reason of the table is a cancellation or the like.
bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown;
}

}  // namespace

void LogIfOurFault(absl::StatusCode code, std::string_view message) {
  if (!IsOurFault(code)) return;
  Log(LogLevel::kError, "call_failed",
      {{"error", absl::Status(code, {message.data(), message.size()})}});
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  if (IsOurFault(status.code())) Log(LogLevel::kError, "call_failed", {{"error", status}});
  const v1::Refusal refusal = OnTheWire(status);
  return grpc::Status(static_cast<grpc::StatusCode>(refusal.code()), refusal.message(),
                      refusal.detail().SerializeAsString());
}

}  // namespace holdfast::server
