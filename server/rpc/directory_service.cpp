#include "server/rpc/directory_service.h"

#include "server/rpc/unary_call.h"

namespace holdfast::server {

grpc::ServerUnaryReactor* DirectoryService::EnrollTherapist(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::EnrollTherapist, request,
                  response);
}

grpc::ServerUnaryReactor* DirectoryService::CreateInvitation(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* request,
                                                             grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::CreateInvitation, request,
                  response);
}

grpc::ServerUnaryReactor* DirectoryService::WithdrawInvitation(grpc::CallbackServerContext* context,
                                                               const grpc::ByteBuffer* request,
                                                               grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::WithdrawInvitation, request,
                  response);
}

grpc::ServerUnaryReactor* DirectoryService::GetInvitation(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::GetInvitation, request, response);
}

grpc::ServerUnaryReactor* DirectoryService::RedeemInvitation(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* request,
                                                             grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::RedeemInvitation, request,
                  response);
}

grpc::ServerUnaryReactor* DirectoryService::PublishPrekey(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::PublishPrekey, request, response);
}

grpc::ServerUnaryReactor* DirectoryService::GetDevices(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::GetDevices, request, response);
}

grpc::ServerUnaryReactor* DirectoryService::ListBonds(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request,
                                                      grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::ListBonds, request, response);
}

}  // namespace holdfast::server
