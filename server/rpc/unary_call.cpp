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
                             [reactor, write = std::move(write),
                              &counts = backend.counts()](const absl::Status& outcome) {
                               const absl::Status answered = outcome.ok() ? write() : outcome;
                               counts.Refused(answered);
                               reactor->Finish(ToGrpc(answered));
                             });
  } catch (const std::exception& exception) {
    refused = Refuse(Reason::kInternal, "", exception.what());
  }
  if (!refused.ok()) {
    backend.counts().Refused(refused);
    reactor->Finish(ToGrpc(refused));
  }
  return reactor;
}

grpc::ServerUnaryReactor* RefuseUnary(Backend& backend, grpc::CallbackServerContext* context,
                                      const absl::Status& refusal) {
  backend.counts().Refused(refusal);
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  reactor->Finish(ToGrpc(refusal));
  return reactor;
}

}  // namespace holdfast::server
