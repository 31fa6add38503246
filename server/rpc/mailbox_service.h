// The Mailbox service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/mailbox.grpc.pb.h"
#include "server/rpc/backend.h"
#include "server/rpc/subscribers.h"

namespace holdfast::server {

class MailboxService final : public v1::Mailbox::CallbackService {
 public:
  MailboxService(Backend& backend, Subscribers& subscribers)
      : backend_(backend), subscribers_(subscribers) {}

  grpc::ServerUnaryReactor* Send(grpc::CallbackServerContext* context,
                                 const v1::SendRequest* request,
                                 v1::SendResponse* response) override;
  grpc::ServerWriteReactor<v1::SubscribeResponse>* Subscribe(
      grpc::CallbackServerContext* context, const v1::SubscribeRequest* request) override;
  grpc::ServerUnaryReactor* Acknowledge(grpc::CallbackServerContext* context,
                                        const v1::AcknowledgeRequest* request,
                                        v1::AcknowledgeResponse* response) override;
  grpc::ServerUnaryReactor* History(grpc::CallbackServerContext* context,
                                    const v1::HistoryRequest* request,
                                    v1::HistoryResponse* response) override;
  grpc::ServerUnaryReactor* ReportRestore(grpc::CallbackServerContext* context,
                                          const v1::ReportRestoreRequest* request,
                                          v1::ReportRestoreResponse* response) override;

 private:
  Backend& backend_;
  Subscribers& subscribers_;
};

}  // namespace holdfast::server
