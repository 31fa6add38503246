// Who calls, as the call's metadata tells it.
#pragma once

#include <grpcpp/server_context.h>

#include <string_view>

#include "server/core/core.h"

namespace holdfast::server {

// From `authorization: Bearer <lower-case hex>`. Each call by its own metadata:
// what gRPC remembers of the connection is not asked.
Caller CallerOf(const grpc::CallbackServerContext& context);

// The token in a metadata value. What is not a token of that form becomes one
// byte, which no token is: the core refuses it as it refuses any other.
Bytes TokenOf(std::string_view authorization);

}  // namespace holdfast::server
