// How wide text is on a terminal: columns, not bytes and not code points.
#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast::client::cli {

// What a reader takes for one character: a base with all that combines with it.
struct Glyph {
  std::size_t bytes = 1;    // at least 1; a byte that is not UTF-8 stands alone
  std::size_t columns = 1;  // at most what any terminal takes for it
};

// The first one of a text that is not empty.
Glyph FirstGlyph(std::string_view text);

std::size_t ColumnsIn(std::string_view text);

}  // namespace holdfast::client::cli
