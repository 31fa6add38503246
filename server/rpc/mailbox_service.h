// The Mailbox service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/mailbox.grpc.pb.h"
#include "server/rpc/backend.h"
#include "server/rpc/subscribers.h"

namespace holdfast::server {

// Each call as it came: what does not parse is refused like any other bad input.
using MailboxMethods =
    v1::Mailbox::WithRawCallbackMethod_Send<v1::Mailbox::WithRawCallbackMethod_Subscribe<
        v1::Mailbox::WithRawCallbackMethod_Acknowledge<v1::Mailbox::WithRawCallbackMethod_History<
            v1::Mailbox::WithRawCallbackMethod_ReportRestore<v1::Mailbox::Service>>>>>;

class MailboxService final : public MailboxMethods {
 public:
  MailboxService(Backend& backend, Subscribers& subscribers)
      : backend_(backend), subscribers_(subscribers) {}

  grpc::ServerUnaryReactor* Send(grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Subscribe(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* Acknowledge(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* History(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ReportRestore(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;

 private:
  Backend& backend_;
  Subscribers& subscribers_;
};

}  // namespace holdfast::server
