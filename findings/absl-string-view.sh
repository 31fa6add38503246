#!/usr/bin/env bash
# libabsl-dev 20220623.1-1+deb12u2: StrCat() does not take a std::string_view.
#
# Expected: in a program of C++17 and later absl::string_view is another name for the standard's
# string_view, as its documentation says, so StrCat() takes either.
# What happens: the package fixes absl::string_view as a type of its own, whatever the standard, so
# that its binaries fit programs of each; StrCat("a", view) does not compile.
# For us: where absl meets a std::string_view, std::string(view).append(...), or an
# absl::string_view made of its data and size.
. "$(dirname "$0")/lib.sh"
have libabsl-dev 20220623.1-1+deb12u2
have g++-12 12.2.0-14+deb12u1

tries() { # NAME TYPE
  echo '#include <string_view>
#include "absl/strings/str_cat.h"
std::string Join('"$2"' view) { return absl::StrCat("a", view); }' >"$work/try.cpp"
  g++ -std=c++20 -c "$work/try.cpp" -o "$work/try.o" 2>"$work/log" && echo "$1: compiles" ||
    echo "$1: $(grep -o 'no matching function for call to .StrCat' "$work/log" | head -n 1)"
}
seen=$(tries absl absl::string_view; tries std std::string_view)
same "absl: compiles
std: no matching function for call to 'StrCat" "$seen"
