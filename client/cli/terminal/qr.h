// A QR code in a terminal, two modules a character.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::client::cli {

// Lines of half blocks with a quiet zone, dark on light: by colour where `colour`,
// else drawn for light letters on a dark ground. Empty where the text is too long.
std::string QrLines(const std::string& text, bool colour);

}  // namespace holdfast::client::cli
