// Text in a form in which letters of either case, and accents however written, are the same.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::client::cli {

std::string Folded(std::string_view text);

// The same with where each of its bytes comes from: the place in `text` of the character that it
// was made of, or of the word's beginning where that is not Latin.
struct FoldedText {
  std::string text;
  std::vector<std::size_t> origins;
};
FoldedText FoldedWithOrigins(std::string_view text);

}  // namespace holdfast::client::cli
