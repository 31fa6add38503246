// A help text as the parser lays it out, broken at a terminal's width.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::client::cli {

// What explains an option or a command goes on below where it began, or, where that leaves
// too little room, on lines of its own.
std::string FittedHelp(std::string_view help, std::size_t columns);

// Lines of one paragraph as one line, to be broken anew; a blank line parts paragraphs.
std::string JoinedLines(std::string_view text);

}  // namespace holdfast::client::cli
