// The Archive service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/archive.grpc.pb.h"
#include "server/rpc/backend.h"

namespace holdfast::server {

// Each call as it came: what does not parse is refused like any other bad input.
using ArchiveMethods = v1::Archive::WithRawCallbackMethod_AppendArchive<
    v1::Archive::WithRawCallbackMethod_ReadArchive<v1::Archive::Service>>;

class ArchiveService final : public ArchiveMethods {
 public:
  explicit ArchiveService(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* AppendArchive(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ReadArchive(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;

 private:
  Backend& backend_;
};

}  // namespace holdfast::server
