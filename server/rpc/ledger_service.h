// The Ledger service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/ledger.grpc.pb.h"
#include "server/rpc/backend.h"

namespace holdfast::server {

class LedgerService final : public v1::Ledger::CallbackService {
 public:
  explicit LedgerService(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* Perform(grpc::CallbackServerContext* context,
                                    const v1::PerformRequest* request,
                                    v1::PerformResponse* response) override;
  grpc::ServerUnaryReactor* ReadLedger(grpc::CallbackServerContext* context,
                                       const v1::ReadLedgerRequest* request,
                                       v1::ReadLedgerResponse* response) override;

 private:
  Backend& backend_;
};

}  // namespace holdfast::server
