// The words of a command line, of holdfast and of holdfastd: what was meant where one is
// not known.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

// The one that is most like `word`, where one is like it; else empty.
std::string NearestWord(std::string_view word, const std::vector<std::string>& known);

// What to say to `word`, which is none of the commands `known`: the nearest, or all.
std::string NoSuchCommand(std::string_view word, const std::vector<std::string>& known);

// Letters to change, add or drop, at most so many, for one word to be taken for another.
inline constexpr std::size_t kNearestEditsMax = 2;

}  // namespace holdfast
