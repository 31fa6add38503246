#!/usr/bin/env bash
# libgrpc++-dev 1.51.1-3+b1: a refusal with too many words arrives as another refusal.
#
# Expected: the status that a server returns is the one that its client sees; words that are too many
# are cut, or the server is told.
# What happens: words travel as a header, and a client takes 8 KiB of headers in all. One byte too
# many, and INVALID_ARGUMENT (3) becomes RESOURCE_EXHAUSTED (8), "received initial metadata size
# exceeds limit", made by the client; the server's code is gone, and its log says that it sent 3.
# For us: words and field of a refusal are cut before they are sent (server/rpc/status.cpp), both our
# sides take 16 KiB of headers, and RESOURCE_EXHAUSTED without our own detail is "busy", never "refused
# for good".
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/grpc.sh"

cat >try.cpp <<'CPP'
#include "ask.h"
int main() {
  const Practice practice;
  const auto channel = practice.Channel();
  for (const unsigned bytes : {4000U, 20000U}) {
    const grpc::Status status = AskFor(channel, grpc::StatusCode::INVALID_ARGUMENT, bytes);
    std::cout << "INVALID_ARGUMENT with " << bytes << " bytes of words: code " << status.error_code() << ", "
              << status.error_message().size() << " bytes\n";
  }
}
CPP
build
same "INVALID_ARGUMENT with 4000 bytes of words: code 3, 4000 bytes
INVALID_ARGUMENT with 20000 bytes of words: code 8, 44 bytes" "$(./try)"
