// In the end everybody holds one ledger: both devices and the practice's store.
#pragma once

#include "simulation/disk.h"
#include "simulation/pair.h"
#include "simulation/verdict.h"

namespace holdfast::simulation {

// Both devices run. `rows`: the practice's store.
void CheckLedgers(const Pair& pair, const Rows& rows, std::uint64_t now_ms, Verdict& verdict);

}  // namespace holdfast::simulation
