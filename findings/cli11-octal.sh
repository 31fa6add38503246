#!/usr/bin/env bash
# libcli11-dev 2.1.2+ds-1: a number with a zero before it is read as octal.
#
# Expected: --days 010 is ten days, as people write it (and as dates and times of day have it), or
# is refused.
# What happens: it is 8, and 08 is refused as no number. The conversion is strtoull with base 0.
# For us: every number of `holdfast`'s command line is checked by Decimal() first
# (client/cli/commands/command.h): digits, and no zero before them. An invitation for 010 days was one
# for 8.
. "$(dirname "$0")/lib.sh"
fetch libcli11-dev 2.1.2+ds-1

cat >"$work/try.cpp" <<'CPP'
#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
int main(int count, char** arguments) {
  CLI::App app;
  std::uint64_t days = 0;
  app.add_option("--days", days);
  try {
    app.parse(count, arguments);
    std::cout << days << "\n";
  } catch (const CLI::ParseError&) {
    std::cout << "refused\n";
  }
}
CPP
g++ -std=c++20 -I "$work/root/usr/include" "$work/try.cpp" -o "$work/try"
same "10: 10
010: 8
08: refused" "$(for days in 10 010 08; do echo "$days: $("$work/try" --days "$days")"; done)"
