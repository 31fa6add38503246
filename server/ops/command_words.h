// The words of a command line: what was meant where one is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::server {

// The one that is most like `word`, where one is like it; else empty.
std::string Nearest(std::string_view word, const std::vector<std::string>& known);

// Letters to change, add or drop, at most so many, for one word to be taken for another.
inline constexpr std::size_t kNearestEditsMax = 2;

}  // namespace holdfast::server
