// The next slot of one rhythm, asked for again and again: slots are reckoned some at a
// time and kept, so that going through a year of them expands the rule a few times
// and not once for each.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/rhythm.h"

namespace holdfast {

class ComingSlots {
 public:
  // What NextSlot says. `rhythm` is always the same, until Forget.
  absl::StatusOr<std::optional<Slot>> After(const Rhythm& rhythm, std::uint64_t after_ms);
  void Forget() { *this = ComingSlots(); }

 private:
  std::optional<std::uint64_t> after_ms_;  // of slots_; nullopt: nothing is known
  std::vector<Slot> slots_;
};

}  // namespace holdfast
