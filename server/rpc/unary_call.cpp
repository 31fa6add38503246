#include "server/rpc/unary_call.h"

#include <exception>
#include <utility>

#include "rules/errors.h"
#include "server/rpc/status.h"

namespace holdfast::server {

grpc::ServerUnaryReactor* StartUnary(Backend& backend, grpc::CallbackServerContext* context,
                                     Admission admission, Backend::Size size, Request request,
                                     std::function<absl::Status()> write) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  absl::Status refused;
  try {
    refused = backend.Submit(admission, size, std::move(request),
                             [reactor, write = std::move(write)](const absl::Status& outcome) {
                               reactor->Finish(ToGrpc(outcome.ok() ? write() : outcome));
                             });
  } catch (const std::exception& exception) {
    refused = Refuse(Reason::kInternal, "", exception.what());
  }
  if (!refused.ok()) reactor->Finish(ToGrpc(refused));
  return reactor;
}

grpc::ServerUnaryReactor* RefuseUnary(grpc::CallbackServerContext* context,
                                      const absl::Status& refusal) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  reactor->Finish(ToGrpc(refusal));
  return reactor;
}

}  // namespace holdfast::server
