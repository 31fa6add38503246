#include "server/rpc/mailbox_service.h"

#include <string>

#include "rules/errors.h"
#include "rules/limits.h"
#include "server/rpc/subscription.h"
#include "server/rpc/unary_call.h"

namespace holdfast::server {

grpc::ServerUnaryReactor* MailboxService::Send(grpc::CallbackServerContext* context,
                                               const v1::SendRequest* request,
                                               v1::SendResponse* response) {
  // In memory an empty capsule is thirty times what it was on the wire.
  if (static_cast<std::size_t>(request->capsules_size()) > limits::kCapsulesMax) {
    return RefuseUnary(context, Refuse(Reason::kMalformedField, "capsules",
                                       "must be 1 to " + std::to_string(limits::kCapsulesMax)));
  }
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::Send, request, response);
}

grpc::ServerWriteReactor<v1::SubscribeResponse>* MailboxService::Subscribe(
    grpc::CallbackServerContext* context, const v1::SubscribeRequest* request) {
  return Subscription::Start(backend_, subscribers_, context, *request);
}

grpc::ServerUnaryReactor* MailboxService::Acknowledge(grpc::CallbackServerContext* context,
                                                      const v1::AcknowledgeRequest* request,
                                                      v1::AcknowledgeResponse* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::Acknowledge, request, response);
}

grpc::ServerUnaryReactor* MailboxService::History(grpc::CallbackServerContext* context,
                                                  const v1::HistoryRequest* request,
                                                  v1::HistoryResponse* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::History, request, response);
}

grpc::ServerUnaryReactor* MailboxService::ReportRestore(grpc::CallbackServerContext* context,
                                                        const v1::ReportRestoreRequest* request,
                                                        v1::ReportRestoreResponse* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::ReportRestore, request, response);
}

}  // namespace holdfast::server
