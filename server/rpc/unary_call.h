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
                                     Admission admission, Backend::Size size, Request request);
// Refuses `context`'s call.
grpc::ServerUnaryReactor* RefuseUnary(grpc::CallbackServerContext* context,
                                      const absl::Status& refusal);

template <class In>
Backend::Size SizeOf(const In& in) {
  return {in.ByteSizeLong(), in.SpaceUsedLong()};
}

template <class In, class Out>
grpc::ServerUnaryReactor* RunUnary(Backend& backend, grpc::CallbackServerContext* context,
                                   Admission admission,
                                   absl::Status (Core::*method)(Transaction&, const In&, Out&),
                                   const In* in, Out* out) {
  return StartUnary(backend, context, admission, SizeOf(*in),
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
  const Caller caller = CallerOf(*context);
  if (const absl::Status checked = backend.CheckToken(caller); !checked.ok()) {
    return RefuseUnary(context, checked);
  }
  return StartUnary(backend, context, admission, SizeOf(*in),
                    [method, in, out, caller](Core& core, Transaction& transaction) {
                      out->Clear();
                      return (core.*method)(transaction, caller, *in, *out);
                    });
}

}  // namespace holdfast::server
