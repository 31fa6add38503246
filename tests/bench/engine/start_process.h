// A practice that starts in a process of its own, so that its memory is only what
// starting takes.
#pragma once

#include <cstdint>
#include <filesystem>

namespace holdfast::bench {

inline constexpr char kStartArgument[] = "--start-over";

struct Start {
  double open_s = 0;       // to open the database
  double ready_s = 0;      // from there until the first request that writes is answered
  double grown_bytes = 0;  // resident memory in that time
};

// Runs this program anew over the database, at that time by its clock, and has it
// open the slots that are due: exactly so many.
Start StartOver(const std::filesystem::path& directory, std::uint64_t at_ms, std::size_t slots);
// What that process does, from its arguments; the exit code.
int RunStart(int argc, char** argv);

}  // namespace holdfast::bench
