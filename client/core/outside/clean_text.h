// Text as it may be stored and sent.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::client {

// Without control characters (C0, DEL and C1), which no person writes and which could
// steer a reader's terminal; line feed and tab stay. CR LF, CR and NEL become a line
// feed. What is not UTF-8 stays, for whoever checks that.
std::string WithoutControls(std::string_view text);

// The same on one line, for a name: line feed and tab become a space.
std::string WithoutControlsOnOneLine(std::string_view text);

}  // namespace holdfast::client
