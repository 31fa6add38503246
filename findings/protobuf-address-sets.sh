#!/usr/bin/env bash
# libprotobuf-dev 3.21.12-3+deb12u1: asking where an optional field would be makes it present.
#
# Expected: mutable_x() gives the address of a bytes field, and the field is there once something is
# written to it; has_x() is false until then.
# What happens: mutable_x() alone makes has_x() true, or chooses the case of a oneof, with an empty
# value. Without "optional", and outside a oneof, the same call changes nothing that is serialised.
# For us: what wipes a record's secrets at the end of a scope takes their addresses at its beginning
# (client/core/vault/wiped_at_end.h), so whether a field has a meaning never hangs on its presence:
# client/core/message/queue.h (ContentAt).
. "$(dirname "$0")/lib.sh"
have libprotobuf-dev 3.21.12-3+deb12u1
have protobuf-compiler 3.21.12-3+deb12u1

cd "$work"
echo 'syntax = "proto3";
message Record {
  bytes plain = 1;
  optional bytes may_be = 2;
  oneof either { bytes one = 3; bytes other = 4; }
}' >record.proto
protoc --cpp_out=. record.proto
cat >try.cpp <<'CPP'
#include <iostream>
#include "record.pb.h"
int main() {
  Record plain, may_be, either;
  plain.mutable_plain();
  may_be.mutable_may_be();
  either.set_one("chosen");
  either.mutable_other();
  std::cout << "plain: " << plain.ByteSizeLong() << " bytes\n"
            << "optional: " << (may_be.has_may_be() ? "there" : "not there") << ", "
            << may_be.ByteSizeLong() << " bytes\n"
            << "oneof: " << (either.has_one() ? "as chosen" : "the other, and the first is gone") << "\n";
}
CPP
g++ -std=c++20 try.cpp record.pb.cc -o try -lprotobuf -pthread
same "plain: 0 bytes
optional: there, 2 bytes
oneof: the other, and the first is gone" "$(./try)"
