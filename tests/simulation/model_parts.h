// What the models of a bond are given.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "rules/header.h"

namespace holdfast::simulation {

inline constexpr std::uint64_t kNever = ~std::uint64_t{0};

using Complain = std::function<void(const std::string& what)>;

// As the store has it.
struct StoredEnvelope {
  Header header;
  bool by_client = false;
  std::uint64_t position = 0;
  std::uint64_t stored_at_ms = 0;
  std::uint64_t due_at_ms = 0;
  std::uint32_t availability = 0;
  bool may_come_back = false;  // the bond is older than the store's life in which it came
};

// When something is written down.
struct ModelMoment {
  std::uint64_t batch = 0;                 // number of the practice's committed batch
  std::uint64_t latest_ms = 0;             // what the practice may take for now at most
  std::uint64_t prompt_since_ms = kNever;  // nothing has kept it from its timers since then
};

}  // namespace holdfast::simulation
