// The Practice service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/practice.grpc.pb.h"
#include "server/rpc/backend.h"

namespace holdfast::server {

// Each call as it came: what does not parse is refused like any other bad input.
using PracticeMethods = v1::Practice::WithRawCallbackMethod_Describe<v1::Practice::Service>;

class PracticeService final : public PracticeMethods {
 public:
  explicit PracticeService(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* Describe(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;

 private:
  Backend& backend_;
};

}  // namespace holdfast::server
