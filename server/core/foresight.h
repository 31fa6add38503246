// Reading ahead of firing: where many timers are due at once, waiting for each row by
// itself would take most of the time.
#pragma once

#include <span>

#include "server/core/engine/timers.h"

namespace holdfast::server {

// Below this many, asking for each row when it is needed costs no more.
inline constexpr std::size_t kForeseenTimersMin = 8;

// Asks the store for what these timers' effects will read. What cannot be read or
// parsed is left to the effect, which says so.
void ReadAhead(Transaction& transaction, std::span<const Timer> timers);

}  // namespace holdfast::server
