// A refusal on its way out.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace holdfast::server {

// Logs what nobody outside can have caused. Same code and message; the details are the bytes of a
// v1::ErrorDetail and nothing else. Both are cut so that the trailers stay far below the 8 KB at
// which gRPC breaks the connection.
grpc::Status ToGrpc(const absl::Status& status);

inline constexpr std::size_t kErrorMessageBytesMax = 1024;
inline constexpr std::size_t kErrorFieldBytesMax = 128;

}  // namespace holdfast::server
