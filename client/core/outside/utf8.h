// Whether bytes are text.
#pragma once

#include "rules/identifiers.h"

namespace holdfast::client {

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond
// U+10FFFF.
bool IsUtf8(BytesView text);

}  // namespace holdfast::client
