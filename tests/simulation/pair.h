// Two people who belong together.
#pragma once

#include <optional>

#include "rules/identifiers.h"

namespace holdfast::simulation {

class Device;

// Client and therapist, with the bond once it is formed.
struct Pair {
  Device* therapist = nullptr;
  Device* client = nullptr;
  std::optional<BondId> bond;

  const Device& other(const Device& device) const {
    return &device == therapist ? *client : *therapist;
  }
};

}  // namespace holdfast::simulation
