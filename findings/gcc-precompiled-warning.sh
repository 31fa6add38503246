#!/usr/bin/env bash
# g++-12 12.2.0-14+deb12u1: a line that is right is warned of, but only from a precompiled header.
#
# Expected: the same header read in advance gives the same warnings.
# What happens: joining two literals as std::string gets -Warray-bounds ("out of the bounds of
# object") when <string> comes from a precompiled header, and nothing when it is included. The
# program is right: the address sanitizer finds nothing. Warnings about the library's own inlined
# code are hidden by where it stands, and that is lost.
# For us: -Wno-array-bounds and its three kin in CMakeLists.txt, for g++ alone, because our headers
# are precompiled; the sanitizers look for the same at run time.
. "$(dirname "$0")/lib.sh"
have g++-12 12.2.0-14+deb12u1

cd "$work"
echo '#include <string>' >header.h
cat >try.cpp <<'CPP'
#include <string>
std::string Join() { return std::string("statement") + ".practice names another"; }
int main() { return Join() == "statement.practice names another" ? 0 : 1; }
CPP
readonly flags="-std=c++20 -O2 -Wall"
warnings() { g++-12 $flags "$@" -c try.cpp -o /dev/null 2>&1 | grep -o '\[-Warray-bounds\]' | sort -u || true; }
plain=$(warnings)
g++-12 $flags -x c++-header header.h -o header.h.gch
precompiled=$(warnings -include header.h)
g++-12 $flags -fsanitize=address try.cpp -o try && ./try && right=yes || right=no
same "included: none
precompiled: [-Warray-bounds]
right under the address sanitizer: yes" "included: ${plain:-none}
precompiled: ${precompiled:-none}
right under the address sanitizer: $right"
