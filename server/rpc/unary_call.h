// One call, from gRPC's reaction to the committer and back. Request and response
// belong to gRPC and live until Finish, which only the answer calls, so a
// cancelled call still has them.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "server/rpc/backend.h"
#include "server/rpc/bearer_token.h"

namespace holdfast::server {

// Submits `request` and finishes `context`'s call with its outcome. No exception
// leaves it.
grpc::ServerUnaryReactor* StartUnary(Backend& backend, grpc::CallbackServerContext* context,
                                     Admission admission, std::size_t bytes, Request request);

template <class In, class Out>
grpc::ServerUnaryReactor* RunUnary(Backend& backend, grpc::CallbackServerContext* context,
                                   Admission admission,
                                   absl::Status (Core::*method)(Transaction&, const In&, Out&),
                                   const In* in, Out* out) {
  return StartUnary(backend, context, admission, in->ByteSizeLong(),
                    [method, in, out](Core& core, Transaction& transaction) {
                      out->Clear();
                      return (core.*method)(transaction, *in, *out);
                    });
}

template <class In, class Out>
grpc::ServerUnaryReactor* RunUnary(Backend& backend, grpc::CallbackServerContext* context,
                                   Admission admission,
                                   absl::Status (Core::*method)(Transaction&, const Caller&,
                                                                const In&, Out&),
                                   const In* in, Out* out) {
  return StartUnary(
      backend, context, admission, in->ByteSizeLong(),
      [method, in, out, caller = CallerOf(*context)](Core& core, Transaction& transaction) {
        out->Clear();
        return (core.*method)(transaction, caller, *in, *out);
      });
}

}  // namespace holdfast::server
