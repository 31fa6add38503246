#!/usr/bin/env bash
# nlohmann-json3-dev 3.11.2-2: get<T>() of a number that does not fit gives another number.
#
# Expected: get<std::uint8_t>() of 300 throws, as get<std::string>() of it does; that is what the
# exceptions of get() are for.
# What happens: a static_cast. 300 becomes 44, -1 becomes 4294967295, 2.9 becomes 2, and a whole
# number beyond 64 bits was made a double by the parser before anybody could ask.
# For us: a number of a document is taken only after is_number_unsigned() or is_number_integer(),
# as 64 bits, and held against its bounds before it is anything smaller.
. "$(dirname "$0")/lib.sh"
fetch nlohmann-json3-dev 3.11.2-2

cat >"$work/try.cpp" <<'CPP'
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
int main() {
  const auto numbers = nlohmann::json::parse("[300, -1, 2.9, 18446744073709551616]");
  std::cout << "300 as 8 bits: " << int{numbers[0].get<std::uint8_t>()} << "\n";
  std::cout << "-1 as unsigned: " << numbers[1].get<std::uint32_t>() << "\n";
  std::cout << "2.9 as int: " << numbers[2].get<int>() << "\n";
  std::cout << "2^64 is an integer: " << numbers[3].is_number_integer() << "\n";
}
CPP
g++ -std=c++20 -I "$work/root/usr/include" "$work/try.cpp" -o "$work/try"
same "300 as 8 bits: 44
-1 as unsigned: 4294967295
2.9 as int: 2
2^64 is an integer: 0" "$("$work/try")"
