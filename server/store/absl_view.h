// Keys for Abseil's containers: where Abseil was built for C++14, its view is a type
// of its own.
#pragma once

#include "absl/strings/string_view.h"
#include "rules/identifiers.h"

namespace holdfast::server {

inline absl::string_view AsAbslView(BytesView bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace holdfast::server
