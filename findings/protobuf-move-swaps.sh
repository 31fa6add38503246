#!/usr/bin/env bash
# libprotobuf-dev 3.21.12-3+deb12u1: a message that was moved from holds what its target held before.
#
# Expected: after `target = std::move(source)` the old content of target is gone, and source is empty,
# as with std::string.
# What happens: move assignment swaps. The old content lives on in source, for as long as that does.
# (Into a fresh message, source is empty indeed.)
# For us: a record with secrets that is assigned over lives on under the other name. Records with
# secrets are not assigned over; where one had to be, both names would have to be WipedAtEnd.
. "$(dirname "$0")/lib.sh"
have libprotobuf-dev 3.21.12-3+deb12u1
have protobuf-compiler 3.21.12-3+deb12u1

cd "$work"
echo 'syntax = "proto3"; message Record { bytes secret = 1; }' >record.proto
protoc --cpp_out=. record.proto
cat >try.cpp <<'CPP'
#include <iostream>
#include "record.pb.h"
int main() {
  Record source, target, fresh;
  source.set_secret("new");
  target.set_secret("old secret");
  target = std::move(source);
  std::cout << "moved over another: source holds \"" << source.secret() << "\"\n";
  fresh = std::move(target);
  std::cout << "moved into a fresh one: source holds \"" << target.secret() << "\"\n";
}
CPP
g++ -std=c++20 try.cpp record.pb.cc -o try -lprotobuf -pthread
same 'moved over another: source holds "old secret"
moved into a fresh one: source holds ""' "$(./try)"
