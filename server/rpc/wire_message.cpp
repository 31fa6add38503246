#include "server/rpc/wire_message.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include "rules/errors.h"

namespace holdfast::server {

absl::Status ReadMessage(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message) {
  grpc::ByteBuffer shared = bytes;  // counts a reference
  if (grpc::GenericDeserialize<grpc::ProtoBufferReader, google::protobuf::MessageLite>(&shared,
                                                                                       &message)
          .ok()) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kMalformedField, "request", "is not a message of this call");
}

absl::Status WriteMessage(const google::protobuf::MessageLite& message, grpc::ByteBuffer& bytes) {
  bytes.Clear();
  bool is_own = false;
  if (grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::MessageLite>(
          message, &bytes, &is_own)
          .ok()) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kInternal, "", "the answer could not be written");
}

}  // namespace holdfast::server
