// The Login service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/login.grpc.pb.h"
#include "server/rpc/backend.h"

namespace holdfast::server {

// Each call as it came: what does not parse is refused like any other bad input.
using LoginMethods = v1::Login::WithRawCallbackMethod_Challenge<
    v1::Login::WithRawCallbackMethod_Authenticate<v1::Login::Service>>;

class LoginService final : public LoginMethods {
 public:
  explicit LoginService(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* Challenge(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Authenticate(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;

 private:
  Backend& backend_;
};

}  // namespace holdfast::server
