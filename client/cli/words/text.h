// Text from elsewhere on its way to a terminal, and text on its way to a message.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::client::cli {

// Without anything that could steer a terminal or hide what is written: control
// characters (but line feed and tab) and direction overrides become U+FFFD, as
// does what is not UTF-8.
std::string Printable(std::string_view text);

// Printable, and on one line.
std::string PrintableLine(std::string_view text);

// Lines of at most `columns` characters, broken at spaces, each behind `indent`;
// ends with a line feed. 0 columns: only the text's own lines.
std::string Indented(std::string_view text, std::string_view indent, std::size_t columns);

// Without white space at both ends.
std::string Trimmed(std::string_view text);

}  // namespace holdfast::client::cli
