#!/usr/bin/env bash
# libgrpc++-dev 1.51.1-3+b1: a status code that gRPC does not have reaches the client as it is.
#
# Expected: a client gives UNKNOWN (2) for a number that is none of the seventeen codes, as gRPC for
# Java does.
# What happens: error_code() is 42, an enumerator that does not exist; a switch over StatusCode that
# "has every case" falls through it.
# For us: a number that gRPC does not have is read as UNKNOWN before anything is decided by it
# (client/transport/wire_status.cpp). As the default of a switch it was "not permitted", and a message
# was given up for good. absl::Status does the same by itself.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/grpc.sh"

cat >try.cpp <<'CPP'
#include "absl/status/status.h"
#include "ask.h"
int main() {
  const Practice practice;
  const grpc::Status status = AskFor(practice.Channel(), 42, 3);
  std::cout << "the client's code: " << status.error_code() << "\n";
  const absl::Status ours(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  std::cout << "as an absl::Status: " << static_cast<int>(ours.code()) << "\n";
}
CPP
build
same "the client's code: 42
as an absl::Status: 2" "$(./try)"
