// What follows from signed hours and rhythms, computed once more in the slow and
// obvious way: day after day, without a line of the rules' own code. What the
// practice and the devices say is held against it.
#pragma once

#include <cstdint>
#include <optional>

#include "rules/availability.h"
#include "rules/rhythm.h"

namespace holdfast::simulation {

// By the signed table alone. A local time that is skipped is read with the offset
// before it, one that comes twice is the first.
std::uint64_t InstantOf(const Zone& zone, LocalMs local);

std::optional<Slot> SlotAfter(const Rhythm& rhythm, std::uint64_t after_ms);

// When so much working time has passed; none where 120 days are not enough.
std::optional<std::uint64_t> AfterWork(const Availability& availability, std::uint64_t from_ms,
                                       std::uint64_t work_ms);
bool IsWorking(const Availability& availability, std::uint64_t at_ms);

}  // namespace holdfast::simulation
