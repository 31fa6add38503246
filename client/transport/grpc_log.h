// gRPC writes to standard error by itself, about roots and host names that mean
// nothing to a person. It may only where HOLDFAST_GRPC_LOG is set.
#pragma once

namespace holdfast::client {

// Once, before the first channel. Quietens protobuf as well.
void QuietenGrpc();

}  // namespace holdfast::client
