// What whoever opens the store must know of the core's tables.
#pragma once

#include <string_view>

namespace holdfast::server {

// First key bytes of the tables with large values (sealed bodies, sealed archive records).
inline constexpr std::string_view kLargeTables = "BY";

}  // namespace holdfast::server
