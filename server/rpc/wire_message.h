// Bytes of a call to a message and back, so that what does not parse gets the answer that
// bad input is promised; gRPC by itself would say UNIMPLEMENTED.
#pragma once

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>

#include "absl/status/status.h"

namespace holdfast::server {

// malformed_field naming "request".
absl::Status ReadMessage(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message);
// internal where it cannot be written.
absl::Status WriteMessage(const google::protobuf::MessageLite& message, grpc::ByteBuffer& bytes);

}  // namespace holdfast::server
