// The Login service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/login.grpc.pb.h"
#include "server/rpc/backend.h"

namespace holdfast::server {

class LoginService final : public v1::Login::CallbackService {
 public:
  explicit LoginService(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* Challenge(grpc::CallbackServerContext* context,
                                      const v1::ChallengeRequest* request,
                                      v1::ChallengeResponse* response) override;
  grpc::ServerUnaryReactor* Authenticate(grpc::CallbackServerContext* context,
                                         const v1::AuthenticateRequest* request,
                                         v1::AuthenticateResponse* response) override;

 private:
  Backend& backend_;
};

}  // namespace holdfast::server
