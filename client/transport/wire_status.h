// What a finished call says, in the one error vocabulary.
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace holdfast::client {

// As the practice's own refusals are read (client/core/outside/wire_refusal.h); without a reason,
// what gRPC says. `address` is where the practice was called.
absl::Status FromWire(const grpc::Status& status, const std::string& address);

}  // namespace holdfast::client
