// One seed's story: a practice, its people, a number of weeks in which everything
// that can go wrong does, and a quiet week after it in which everything must heal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "simulation/verdict.h"

namespace holdfast::simulation {

struct YearOptions {
  std::uint64_t seed = 1;
  std::uint64_t weeks = 52;
  std::size_t bonds = 8;
  bool prints = false;
  std::uint64_t devices_every = 0;  // of so many seeds one has several devices; 0: none
};

struct YearResult {
  std::optional<Violation> violation;
  std::uint64_t trace_hash = 0;
  std::uint64_t steps = 0;
  std::size_t envelopes = 0;  // answered by the practice
  std::size_t letters = 0;    // written by people
};

YearResult LiveYear(const YearOptions& options);

}  // namespace holdfast::simulation
