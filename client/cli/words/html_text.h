// Text as part of a page.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::client::cli {

// In text and in a quoted attribute, of HTML and XML alike.
std::string HtmlEscaped(std::string_view text);

}  // namespace holdfast::client::cli
