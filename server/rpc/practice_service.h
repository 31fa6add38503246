// The Practice service on the wire; what it does is in server/core.
#pragma once

#include "holdfast/v1/practice.grpc.pb.h"
#include "server/rpc/backend.h"

namespace holdfast::server {

class PracticeService final : public v1::Practice::CallbackService {
 public:
  explicit PracticeService(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* Describe(grpc::CallbackServerContext* context,
                                     const v1::DescribeRequest* request,
                                     v1::DescribeResponse* response) override;

 private:
  Backend& backend_;
};

}  // namespace holdfast::server
