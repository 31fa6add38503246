// The Ledger service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/ledger.grpc.pb.h"
#include "server/rpc/backend.h"

namespace holdfast::server {

// Each call as it came: what does not parse is refused like any other bad input.
using LedgerMethods = v1::Ledger::WithRawCallbackMethod_Perform<
    v1::Ledger::WithRawCallbackMethod_ReadLedger<v1::Ledger::Service>>;

class LedgerService final : public LedgerMethods {
 public:
  explicit LedgerService(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* Perform(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ReadLedger(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;

 private:
  Backend& backend_;
};

}  // namespace holdfast::server
