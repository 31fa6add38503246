// How often, as people type it.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace holdfast::client::cli {

// "2w", "14d", "2 weeks", "30 days", "week": in days, 1 to 366. usage naming --every.
absl::StatusOr<std::uint32_t> ParseEvery(std::string_view text);

}  // namespace holdfast::client::cli
