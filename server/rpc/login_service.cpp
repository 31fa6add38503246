#include "server/rpc/login_service.h"

#include "server/rpc/unary_call.h"

namespace holdfast::server {

grpc::ServerUnaryReactor* LoginService::Challenge(grpc::CallbackServerContext* context,
                                                  const v1::ChallengeRequest* request,
                                                  v1::ChallengeResponse* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::Challenge, request, response);
}

grpc::ServerUnaryReactor* LoginService::Authenticate(grpc::CallbackServerContext* context,
                                                     const v1::AuthenticateRequest* request,
                                                     v1::AuthenticateResponse* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::Authenticate, request, response);
}

}  // namespace holdfast::server
