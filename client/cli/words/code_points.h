// UTF-8 as code points, and back, whatever the locale says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::client::cli {

struct CodePoint {
  std::int32_t code = -1;  // -1: a byte that is not part of UTF-8
  std::size_t bytes = 1;
};

// The first one of a text that is not empty.
CodePoint FirstCodePoint(std::string_view text);

// One wide character for each; U+FFFD for each byte that is not part of UTF-8.
std::wstring Wide(std::string_view text);
std::string Narrow(std::wstring_view wide);

}  // namespace holdfast::client::cli
