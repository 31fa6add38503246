#include "rules/coming_slots.h"

#include <algorithm>

#include "rules/errors.h"

namespace holdfast {
namespace {

// First few, as months are dear and a rhythm may be short; then twice as many each time.
constexpr std::size_t kSlotsFirst = 4;
constexpr std::size_t kSlotsTogetherMax = 64;

}  // namespace

absl::StatusOr<std::optional<Slot>> ComingSlots::After(const Rhythm& rhythm,
                                                       std::uint64_t after_ms) {
  if (after_ms_ && *after_ms_ <= after_ms) {
    const auto next = std::ranges::upper_bound(slots_, after_ms, {}, &Slot::opens_at_ms);
    if (next != slots_.end()) return *next;
  }
  if (after_ms_ != after_ms) {
    const std::size_t together = std::clamp(2 * slots_.size(), kSlotsFirst, kSlotsTogetherMax);
    HOLDFAST_ASSIGN_OR_RETURN(slots_, NextSlots(rhythm, after_ms, together));
    after_ms_ = after_ms;
  }
  return slots_.empty() ? std::optional<Slot>() : slots_.front();
}

}  // namespace holdfast
