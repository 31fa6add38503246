#!/usr/bin/env bash
# nlohmann-json3-dev 3.11.2-2: value() throws for a member that is null.
#
# Expected: value("name", fallback) gives the fallback where there is nothing, and null says so.
# What happens: the fallback is for a member that is absent; one that is null is converted to the
# fallback's type, which throws type_error 302.
# For us: in the documents of `holdfast --json` what there is not is null, and always there. Who
# reads them looks at the member (at(), is_null()); our tests read texts through one function.
. "$(dirname "$0")/lib.sh"
fetch nlohmann-json3-dev 3.11.2-2

cat >"$work/try.cpp" <<'CPP'
#include <iostream>
#include <nlohmann/json.hpp>
int main() {
  const auto document = nlohmann::json::parse(R"({"text": null})");
  std::cout << "absent: " << document.value("label", "fallback") << "\n";
  try {
    const std::string text = document.value("text", "fallback");
    std::cout << "null: " << text << "\n";
  } catch (const nlohmann::json::exception& error) {
    std::cout << "null: throws " << error.id << "\n";
  }
}
CPP
g++ -std=c++20 -I "$work/root/usr/include" "$work/try.cpp" -o "$work/try"
same "absent: fallback
null: throws 302" "$("$work/try")"
