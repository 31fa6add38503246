#!/usr/bin/env bash
# libboost1.74-dev 1.74.0+ds1-21, g++-12 12.2.0-14+deb12u1, clang-14 1:14.0.6-12: Boost.Asio's socket streams can be
# moved with g++ and not with clang.
#
# Expected: asio::ip::tcp::iostream is a standard stream over a socket; standard streams can be moved since C++11, so
# a function returns one and a vector holds some, with every compiler.
# What happens: asio/detail/config.hpp asks for __GNUC__ > 4, and clang says 4 of itself. With clang, on the same
# standard library, the constructor is deleted. BOOST_ASIO_HAS_STD_IOSTREAM_MOVE brings it back.
# For us: a stream that is handed on stands in a unique_ptr; what is built with g++ alone is no proof.
. "$(dirname "$0")/lib.sh"
have libboost1.74-dev 1.74.0+ds1-21
have g++-12 12.2.0-14+deb12u1
have clang-14 1:14.0.6-12

echo '#include <boost/asio/ip/tcp.hpp>
#include <fstream>
#include <type_traits>
static_assert(std::is_move_constructible_v<std::fstream>);
static_assert(std::is_move_constructible_v<boost::asio::ip::tcp::iostream>, "no socket stream");' >"$work/try.cpp"
tries() { # NAME COMMAND...
  local name=$1
  shift
  "$@" -std=c++20 -fsyntax-only "$work/try.cpp" 2>"$work/log" && echo "$name: moves" ||
    echo "$name: $(grep -o 'no socket stream' "$work/log" | head -n 1)"
}
seen=$(tries g++ g++-12; tries clang clang++-14
  tries 'clang, told so' clang++-14 -DBOOST_ASIO_HAS_STD_IOSTREAM_MOVE=1)
same "g++: moves
clang: no socket stream
clang, told so: moves" "$seen"
