#include "server/rpc/login_service.h"

#include "server/rpc/unary_call.h"

namespace holdfast::server {

grpc::ServerUnaryReactor* LoginService::Challenge(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::Challenge, request, response);
}

grpc::ServerUnaryReactor* LoginService::Authenticate(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::Authenticate, request, response);
}

}  // namespace holdfast::server
