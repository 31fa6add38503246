// The moment at which these tests read and write times.
#pragma once

#include <cstdint>

#include "rules/limits.h"

namespace holdfast::client::cli {

inline constexpr std::uint64_t kNowMs = 1'772'643'600'000;  // 2026-03-04 17:00 UTC

}  // namespace holdfast::client::cli
