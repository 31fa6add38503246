// Two people who belong together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "simulation/device.h"

namespace holdfast::simulation {

// Client and therapist, with the bond once it is formed.
struct Pair {
  Device* therapist = nullptr;
  Device* client = nullptr;
  std::optional<BondId> bond;
  std::string zone;                           // of the client's days
  bool has_hours = true;                      // the therapist promises when to reply
  bool has_rhythm = true;                     // and proposes when to check in
  std::uint64_t ends_ms = ~std::uint64_t{0};  // from then on one of them ends it

  const Device& other(const Device& device) const {
    return &device.side() == therapist ? *client : *therapist;
  }
};

}  // namespace holdfast::simulation
