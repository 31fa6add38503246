// What a device's own clock may be trusted with. It can be set wrong at any time and
// right again: what it made meanwhile must not bind the device afterwards.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace holdfast {

// Before anything is signed with this time: time_out_of_range naming `field`, and in
// words for the person, where no reader could take it.
absl::Status CheckDate(std::uint64_t now_ms, std::string_view field);

// Whether a wrong clock made something at `made_ms`, by what it shows now: at an
// impossible time, or so far ahead that no practice takes it.
bool WasMadeByWrongClock(std::uint64_t made_ms, std::uint64_t now_ms);

// A time that this device's clock once showed, to be told or shown: now, where a wrong
// clock showed it.
std::uint64_t Corrected(std::uint64_t shown_ms, std::uint64_t now_ms);

// Whether `length_ms` have passed since the clock showed `since_ms`. A `since_ms` that is
// still ahead was a wrong clock's, and holds nothing up.
bool HasPassed(std::uint64_t since_ms, std::uint64_t length_ms, std::uint64_t now_ms);

// Whether the clock has come to `until_ms`, which was at most `length_ms` ahead when it was
// noted. One that is further ahead now was noted by a wrong clock.
bool HasCome(std::uint64_t until_ms, std::uint64_t length_ms, std::uint64_t now_ms);

}  // namespace holdfast
