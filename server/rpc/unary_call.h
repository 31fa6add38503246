// One call, from gRPC's reaction to the committer and back. The bytes belong to gRPC and
// live until Finish, which only the answer calls, so a cancelled call still has them.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "holdfast/v1/archive.pb.h"
#include "holdfast/v1/directory.pb.h"
#include "holdfast/v1/ledger.pb.h"
#include "server/rpc/backend.h"
#include "server/rpc/bearer_token.h"
#include "server/rpc/wire_message.h"

namespace holdfast::server {

// Submits `request` and finishes `context`'s call with its outcome, after `write`, where
// that is OK. No exception leaves it.
grpc::ServerUnaryReactor* StartUnary(Backend& backend, grpc::CallbackServerContext* context,
                                     Admission admission, Backend::Size size, Request request,
                                     std::function<absl::Status()> write);
// Refuses `context`'s call.
grpc::ServerUnaryReactor* RefuseUnary(Backend& backend, grpc::CallbackServerContext* context,
                                      const absl::Status& refusal);

// A request and its answer, while the committer has them.
template <class In, class Out>
struct Exchange {
  In in;
  Out out;
};

inline std::size_t StepsOf(const google::protobuf::Message&) { return 1; }
inline std::size_t StepsOf(const v1::PerformRequest& request) {
  return std::max<std::size_t>(1, static_cast<std::size_t>(request.acts_size()));
}
// A signature each.
inline std::size_t StepsOf(const v1::AppendArchiveRequest& request) {
  return std::max<std::size_t>(1, static_cast<std::size_t>(request.records_size()));
}
inline std::size_t StepsOf(const v1::ChangeAccountRequest& request) {
  const v1::DeviceSet& devices = request.devices();
  return std::max<std::size_t>(1, static_cast<std::size_t>(devices.lists_size()) +
                                      static_cast<std::size_t>(devices.former_size()));
}

// While it waits both are held: gRPC's bytes until the answer, and what was read of them.
template <class In>
Backend::Size SizeOf(const grpc::ByteBuffer& request, const In& read) {
  return {request.Length(), request.Length() + read.SpaceUsedLong(), StepsOf(read)};
}

// What is looked at before the request waits for anything.
template <class In>
using CheckRequest = absl::Status (*)(const In&);
// What is to be said of an answer that leaves.
template <class Out>
using NoteAnswer = void (*)(CallCounts&, const Out&);

// Of an answer that is on its way, where such are counted.
inline void CountDuration(Histogram* durations, std::chrono::steady_clock::time_point begun) {
  if (durations == nullptr) return;
  const auto took = std::chrono::steady_clock::now() - begun;
  durations->Add(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
}

template <class In, class Out, class Call>
grpc::ServerUnaryReactor* RunExchange(Backend& backend, grpc::CallbackServerContext* context,
                                      Admission admission, const grpc::ByteBuffer& request,
                                      grpc::ByteBuffer* response, CheckRequest<In> check,
                                      NoteAnswer<Out> note, const absl::Status& token, Call call) {
  const auto begun = std::chrono::steady_clock::now();
  const auto exchange = std::make_shared<Exchange<In, Out>>();
  absl::Status read = ReadMessage(request, exchange->in);
  if (read.ok() && check != nullptr) read = check(exchange->in);
  if (read.ok()) read = token;
  if (!read.ok()) return RefuseUnary(backend, context, read);
  return StartUnary(
      backend, context, admission, SizeOf(request, exchange->in),
      [exchange, call](Core& core, Transaction& transaction) {
        exchange->out.Clear();
        return call(core, transaction, exchange->in, exchange->out);
      },
      [exchange, response, note, begun, &counts = backend.counts()] {
        if (note != nullptr) note(counts, exchange->out);
        CountDuration(DurationsOf(counts, exchange->in), begun);
        return WriteMessage(exchange->out, *response);
      });
}

template <class In, class Out>
grpc::ServerUnaryReactor* RunUnary(Backend& backend, grpc::CallbackServerContext* context,
                                   Admission admission,
                                   absl::Status (Core::*method)(Transaction&, const In&, Out&),
                                   const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                   CheckRequest<In> check = nullptr) {
  return RunExchange<In, Out>(backend, context, admission, *request, response, check, nullptr,
                              absl::OkStatus(),
                              [method](Core& core, Transaction& transaction, const In& in,
                                       Out& out) { return (core.*method)(transaction, in, out); });
}

template <class In, class Out>
grpc::ServerUnaryReactor* RunUnary(
    Backend& backend, grpc::CallbackServerContext* context, Admission admission,
    absl::Status (Core::*method)(Transaction&, const Caller&, const In&, Out&),
    const grpc::ByteBuffer* request, grpc::ByteBuffer* response, CheckRequest<In> check = nullptr,
    NoteAnswer<Out> note = nullptr) {
  const Caller caller = CallerOf(*context);
  return RunExchange<In, Out>(
      backend, context, admission, *request, response, check, note, backend.CheckToken(caller),
      [method, caller](Core& core, Transaction& transaction, const In& in, Out& out) {
        return (core.*method)(transaction, caller, in, out);
      });
}

// A call that a token lets in, or something in the request.
template <class In, class Out>
grpc::ServerUnaryReactor* RunUnaryWithOrWithoutToken(
    Backend& backend, grpc::CallbackServerContext* context, Admission admission,
    absl::Status (Core::*method)(Transaction&, const Caller&, const In&, Out&),
    const grpc::ByteBuffer* request, grpc::ByteBuffer* response, CheckRequest<In> check = nullptr) {
  return RunExchange<In, Out>(backend, context, admission, *request, response, check, nullptr,
                              absl::OkStatus(),
                              [method, caller = CallerOf(*context)](
                                  Core& core, Transaction& transaction, const In& in, Out& out) {
                                return (core.*method)(transaction, caller, in, out);
                              });
}

}  // namespace holdfast::server
