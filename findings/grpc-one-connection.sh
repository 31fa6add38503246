#!/usr/bin/env bash
# libgrpc++-dev 1.51.1-3+b1: five channels to one address are one connection.
#
# Expected: CreateChannel() five times connects five times, as five clients would.
# What happens: channels of one process with equal arguments share what is below them, so the server
# sees one connection. GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL gives each its own.
# For us: our transport sets that argument, and so does the wire client of the tests: else a bench of
# many devices in one process would measure one connection, with one flow-control window and one limit
# of streams, and two accounts of a test would share their fate.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/grpc.sh"

cat >try.cpp <<'CPP'
#include <set>
#include <vector>
#include "ask.h"
int main() {
  const Practice practice;
  for (const bool local : {false, true}) {
    std::vector<std::shared_ptr<grpc::Channel>> channels;
    std::set<std::string> peers;
    for (int i = 0; i < 5; ++i) {
      grpc::ChannelArguments arguments;
      if (local) arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      channels.push_back(grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(practice.port),
                                                   grpc::InsecureChannelCredentials(), arguments));
      std::string peer;
      if (AskFor(channels.back(), 0, 0, &peer).ok()) peers.insert(peer);
    }
    std::cout << (local ? "with pools of their own: " : "5 channels: ") << peers.size() << "\n";
  }
}
CPP
build
same "5 channels: 1
with pools of their own: 5" "$(./try)"
