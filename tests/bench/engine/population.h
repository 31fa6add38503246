// A practice's database with many bonds: one caseload that is real, and copies.
#pragma once

#include <filesystem>

#include "bench/engine/caseload.h"

namespace holdfast::bench {

// How much later than the real one's the slots of a copy open.
using LaterMs = std::function<std::uint64_t(std::uint64_t copy)>;

// Writes everything of the caseload's world, and `caseloads` - 1 copies of it, into a
// new database, compacted.
void Populate(const std::filesystem::path& directory, const Caseload& caseload,
              std::size_t caseloads, const LaterMs& later_ms);

}  // namespace holdfast::bench
