// Whether bytes are text.
#pragma once

#include <string>

#include "rules/identifiers.h"

namespace holdfast::client {

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond
// U+10FFFF.
bool IsUtf8(BytesView text);

// The same text, each byte that is not part of UTF-8 as a question mark: a record of the
// vault that holds anything else cannot be read again.
std::string AsUtf8(BytesView text);

}  // namespace holdfast::client
