#include "client/transport/grpc_log.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include <cstdlib>

namespace holdfast::client {

void QuietenGrpc() {
  if (std::getenv("HOLDFAST_GRPC_LOG") != nullptr) return;
  gpr_set_log_function([](gpr_log_func_args*) {});
  google::protobuf::SetLogHandler(nullptr);
}

}  // namespace holdfast::client
