#include "server/rpc/practice_service.h"

#include "server/rpc/unary_call.h"

namespace holdfast::server {

grpc::ServerUnaryReactor* PracticeService::Describe(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::Describe, request, response);
}

}  // namespace holdfast::server
