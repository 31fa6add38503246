// Days that have been, as people type them.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "rules/zone.h"

namespace holdfast::client::cli {

// "2026-03-02", "2 Mar", "fri", "yesterday", "2 weeks ago": a day without a year, and a day of the
// week, is the last such one. Its midnight. A day that is still to come is refused, naming
// `option`.
absl::StatusOr<LocalMs> ParsePastDay(std::string_view text, std::string_view option, LocalMs now);

}  // namespace holdfast::client::cli
