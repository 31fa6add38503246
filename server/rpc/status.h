// A refusal on its way out.
#pragma once

#include <grpcpp/support/status.h>

#include <string_view>

#include "absl/status/status.h"

namespace holdfast::server {

// Logs what nobody outside can have caused. Same code and message; the details are the bytes of a
// v1::ErrorDetail and nothing else. Both are cut (server/core/records/refusals.h) so that the
// trailers stay far below the 8 KB at which gRPC breaks the connection.
grpc::Status ToGrpc(const absl::Status& status);

// The same log for a part of a call that was refused by itself.
void LogIfOurFault(absl::StatusCode code, std::string_view message);

}  // namespace holdfast::server
