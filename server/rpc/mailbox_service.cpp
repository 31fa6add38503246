#include "server/rpc/mailbox_service.h"

#include <string>

#include "rules/errors.h"
#include "rules/limits.h"
#include "server/rpc/subscription.h"
#include "server/rpc/unary_call.h"

namespace holdfast::server {

namespace {

// In memory an empty capsule is thirty times what it was on the wire.
absl::Status CheckCapsules(const v1::SendRequest& request) {
  if (static_cast<std::size_t>(request.capsules_size()) <= limits::kCapsulesMax) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kMalformedField, "capsules",
                "must be 1 to " + std::to_string(limits::kCapsulesMax));
}

}  // namespace

grpc::ServerUnaryReactor* MailboxService::Send(grpc::CallbackServerContext* context,
                                               const grpc::ByteBuffer* request,
                                               grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kWithSpace, &Core::Send, request, response,
                  &CheckCapsules);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* MailboxService::Subscribe(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return Subscription::Start(backend_, subscribers_, context, *request);
}

grpc::ServerUnaryReactor* MailboxService::Acknowledge(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request,
                                                      grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::Acknowledge, request, response);
}

grpc::ServerUnaryReactor* MailboxService::History(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::History, request, response);
}

grpc::ServerUnaryReactor* MailboxService::ReportRestore(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return RunUnary(backend_, context, Admission::kAlways, &Core::ReportRestore, request, response);
}

}  // namespace holdfast::server
