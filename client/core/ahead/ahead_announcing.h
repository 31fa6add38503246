// When a note that was written ahead is to go out, and from when on its author is told so, that
// they may keep it, rewrite it or take it back. Nobody who does not answer holds it up.
#pragma once

#include <cstdint>

#include "client/core/ahead/ahead_outlook.h"

namespace holdfast::client {

// The time at which its condition would come true, should it; the end of a pause that holds it,
// where that is later. 0: nothing is known that it could come true by.
std::uint64_t GoesAt(const LedgerBook& book, const Condition& condition);

// The evening before: limits::kAnnounceMsMax to kAnnounceMsMin before it goes. With hours, in the
// last that are worked before that, a weekend or a holiday of limits::kAnnounceDaysBackMax days
// left out.
std::uint64_t AnnouncedFrom(const Availability* hours, std::uint64_t goes_at_ms);

}  // namespace holdfast::client
