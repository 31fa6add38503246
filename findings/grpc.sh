# A service whose answers are chosen by the request, for the findings about gRPC.
have libgrpc++-dev 1.51.1-3+b1
have libprotobuf-dev 3.21.12-3+deb12u1

cd "$work"
cat >ask.proto <<'PROTO'
syntax = "proto3";
message Wanted { int32 code = 1; uint32 words_bytes = 2; }
message Answer { string peer = 1; }
service Ask { rpc For(Wanted) returns (Answer); }
PROTO
protoc --cpp_out=. --grpc_out=. --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" ask.proto
cat >ask.h <<'CPP'
#include <grpcpp/grpcpp.h>
#include <iostream>
#include <memory>
#include <string>
#include "ask.grpc.pb.h"
struct Service final : Ask::Service {
  grpc::Status For(grpc::ServerContext* context, const Wanted* wanted, Answer* answer) override {
    answer->set_peer(context->peer());
    if (wanted->code() == 0) return grpc::Status::OK;
    return {static_cast<grpc::StatusCode>(wanted->code()), std::string(wanted->words_bytes(), 'x')};
  }
};
struct Practice {
  Service service;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  Practice() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service);
    server = builder.BuildAndStart();
  }
  std::shared_ptr<grpc::Channel> Channel() const {
    return grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
  }
};
inline grpc::Status AskFor(const std::shared_ptr<grpc::Channel>& channel, int code, unsigned words_bytes,
                           std::string* peer = nullptr) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  Wanted wanted;
  wanted.set_code(code);
  wanted.set_words_bytes(words_bytes);
  Answer answer;
  const grpc::Status status = Ask::NewStub(channel)->For(&context, wanted, &answer);
  if (peer != nullptr) *peer = answer.peer();
  return status;
}
CPP
build() { g++ -std=c++20 try.cpp ask.pb.cc ask.grpc.pb.cc -o try $(pkg-config --libs grpc++ protobuf) -pthread; }
