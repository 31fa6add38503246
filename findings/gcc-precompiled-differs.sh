#!/usr/bin/env bash
# g++-12 12.2.0-14+deb12u1: the same header precompiled twice gives two different files.
#
# Expected: the same compiler, flags, folder and source give the same bytes, as they do for an object.
# What happens: the file holds the compiler's own memory with its addresses, and these change with
# every run; millions of bytes differ. Without the randomising of addresses (setarch -R) both are alike.
# For us: a compiler cache that looks at a precompiled header finds nothing for the files that read it,
# however full it is, unless the header itself came out of the cache: so a header that is made anew, in
# a fresh clone or after a cleaning, costs every file behind it. Who compares builds leaves them out.
. "$(dirname "$0")/lib.sh"
have g++-12 12.2.0-14+deb12u1

cd "$work"
echo '#include <string>' >header.h
echo '#include <string>
std::string Two() { return "two"; }' >object.cpp
twice() { # LABEL BEFORE... : compiles both twice
  local label=$1
  shift
  for i in 1 2; do
    "$@" g++-12 -std=c++20 -O2 -x c++-header header.h -o "$i.gch"
    "$@" g++-12 -std=c++20 -O2 -c object.cpp -o "$i.o"
  done
  cmp -s 1.o 2.o && echo "$label, object: the same" || echo "$label, object: differs"
  cmp -s 1.gch 2.gch && echo "$label, precompiled: the same" || echo "$label, precompiled: differs"
}
seen=$(twice usual env; twice "addresses fixed" setarch -R)
same "usual, object: the same
usual, precompiled: differs
addresses fixed, object: the same
addresses fixed, precompiled: the same" "$seen"
