// A settings file as editors and web pages leave it: what stands for plain text is taken
// as such, anything else is refused by its name and place.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace holdfast::server {

// `text` as plain UTF-8 without a byte order mark; UTF-16 with one is read as well.
// malformed_field naming "holdfast.toml", the line and the sign where, outside a comment,
// something looks like plain text and is not.
absl::StatusOr<std::string> PlainSettings(std::string_view text);

}  // namespace holdfast::server
