#include "server/rpc/ledger_service.h"

#include "server/rpc/unary_call.h"

namespace holdfast::server {

grpc::ServerUnaryReactor* LedgerService::Perform(grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::Perform, request, response);
}

grpc::ServerUnaryReactor* LedgerService::ReadLedger(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::ReadLedger, request, response);
}

}  // namespace holdfast::server
