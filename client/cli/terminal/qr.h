// A QR code in a terminal, two modules a character, and as a picture.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::client::cli {

// Lines of half blocks with a quiet zone, dark on light: by colour where `colour`, as on a
// terminal, else drawn as on paper. Empty where the text is too long.
std::string QrLines(const std::string& text, bool colour);
// The same as an SVG picture.
std::string QrSvg(const std::string& text);

}  // namespace holdfast::client::cli
