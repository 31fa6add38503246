// Swarm testing: each seed draws which kinds of fault it has at all, and how
// often. A world with every fault at once hides what only some bring out.
#pragma once

#include <cstdint>

#include "simulation/randomness.h"

namespace holdfast::simulation {

// Rates per million of the occasions named; 0: never.
struct FaultRates {
  // Of calls.
  std::uint64_t lose_request = 0;
  std::uint64_t lose_response = 0;
  std::uint64_t late_request = 0;  // arrives after the caller gave up
  std::uint64_t repeat_request = 0;
  // Of connections.
  std::uint64_t half_open = 0;
  // Of pages.
  std::uint64_t break_stream = 0;
  std::uint64_t lose_wake = 0;
  // Of the practice's batches.
  std::uint64_t commit_conflict = 0;
  std::uint64_t commit_refused = 0;  // no space
  std::uint64_t commit_unknown = 0;
  std::uint64_t crash_practice = 0;
  // Of a device's sessions.
  std::uint64_t crash_device = 0;
  // Of weeks.
  std::uint64_t device_off = 0;      // then for weeks
  std::uint64_t device_clock = 0;    // a device's clock jumps
  std::uint64_t practice_clock = 0;  // the practice's
  std::uint64_t outage = 0;          // nobody reaches the practice for hours
  // In a year.
  std::uint64_t restores = 0;

  static FaultRates Draw(Randomness& random);
};

}  // namespace holdfast::simulation
