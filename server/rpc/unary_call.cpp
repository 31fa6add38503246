#include "server/rpc/unary_call.h"

#include <exception>
#include <utility>

#include "rules/errors.h"
#include "server/rpc/status.h"

namespace holdfast::server {

grpc::ServerUnaryReactor* StartUnary(Backend& backend, grpc::CallbackServerContext* context,
                                     Admission admission, std::size_t bytes, Request request) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  absl::Status refused;
  try {
    refused = backend.Submit(admission, bytes, std::move(request),
                             [reactor](absl::Status outcome) { reactor->Finish(ToGrpc(outcome)); });
  } catch (const std::exception& exception) {
    refused = Refuse(Reason::kInternal, "", exception.what());
  }
  if (!refused.ok()) reactor->Finish(ToGrpc(refused));
  return reactor;
}

}  // namespace holdfast::server
