// This device's own clock, as its wall shows it.
#pragma once

#include <cstdint>

#include "rules/zone.h"

namespace holdfast::client::cli {

// A local time that is skipped is read with the offset before it, and one that occurs twice is its
// first, as the rules read the zones that are signed.
std::uint64_t FromOwnClock(LocalMs local);
LocalMs ToOwnClock(std::uint64_t time_ms);

}  // namespace holdfast::client::cli
