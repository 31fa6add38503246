// Text from elsewhere on its way to a terminal, and text on its way to a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::client::cli {

// Without anything that could steer a terminal or hide what is written: control
// characters (but line feed and tab) and direction overrides become U+FFFD, as
// does what is not UTF-8.
std::string Printable(std::string_view text);

// Printable, and on one line.
std::string PrintableLine(std::string_view text);

// Lines of at most `columns` columns, broken at spaces and, where a word is longer, inside
// it, each behind `indent`; ends with a line feed. 0 columns: only the text's own lines.
std::string Indented(std::string_view text, std::string_view indent, std::size_t columns);

// What stands before each line of what a person wrote, so that it cannot pass for a line
// of Holdfast's own: "│ ", or "| " where the locale is not UTF-8.
std::string_view Margin();

// What a person wrote, printable, behind `indent` and the margin, within `columns` in
// all; ends with a line feed.
std::string Quoted(std::string_view text, std::string_view indent, std::size_t columns);

// Lines of Holdfast's own, broken at spaces where they are wider than `columns` (0: not
// at all). What follows keeps the line's indentation, and its margin. A word that is too long
// is broken where it is indented; elsewhere the terminal does so, and it can be copied whole.
// No line feed is added.
std::string Fitted(std::string_view text, std::size_t columns);

// Without white space at both ends.
std::string Trimmed(std::string_view text);

}  // namespace holdfast::client::cli
