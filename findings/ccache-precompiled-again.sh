#!/usr/bin/env bash
# ccache 4.8+really4.7.5-1: a header that is precompiled anew where its old file lies gets another header's bytes.
#
# Expected: a precompiled header comes out of the cache only where the headers in it are the same; that is
# what ccache looks at for a header that is precompiled for the first time.
# What happens: CMake precompiles with "-include cmake_pch.hxx", and g++ and ccache take the old .gch beside
# it for an input. ccache then looks at that file alone, and no more at the headers. Of two folders that
# begin with the same old file and change a header each in their own way, the second gets the first one's,
# without a word. Everything that is compiled with it is wrong, and compiles.
# For us: deploy/compiler-cache removes a precompiled header before it is made anew.
. "$(dirname "$0")/lib.sh"
have ccache 4.8+really4.7.5-1
have g++-12 12.2.0-14+deb12u1

export CCACHE_DIR=$work/cache CCACHE_SLOPPINESS=pch_defines,time_macros
for folder in one two; do
  mkdir "$work/$folder"
  echo '#include "a.h"' >"$work/$folder/pch.hxx"
  echo >"$work/$folder/pch.hxx.cxx"
  echo 'int main() { return number(); }' >"$work/$folder/main.cpp"
done

# number FOLDER NUMBER: what the header says, and what a program that reads it says.
number() {
  (cd "$work/$1"
    echo "inline int number() { return $2; }" >a.h
    sleep 2 # so that no file is too new for the cache
    ccache g++-12 -x c++-header -include pch.hxx -o pch.hxx.gch -c pch.hxx.cxx
    g++-12 -include pch.hxx -o main main.cpp
    ./main || echo "$1: the header says $2, the program $?")
}
same "one: the header says 1, the program 1
two: the header says 1, the program 1
one: the header says 2, the program 2
two: the header says 3, the program 2" "$(number one 1; number two 1; number one 2; number two 3)"
