// A rhythm's rule is refused, or has one canonical text; and the dates that follow from
// it are found soon, in order.
#include "fuzz.h"
#include "rules/limits.h"
#include "rules/rhythm.h"
#include "rules/rule.h"

namespace {

using namespace holdfast;

constexpr std::uint64_t kNow = 1'780'000'020'000;  // a whole minute

void CheckSlots(const std::string& rule) {
  Rhythm rhythm;
  rhythm.number = 1;
  rhythm.zone.name = "UTC";
  rhythm.zone.covers_until_ms = kNow + 5 * 366 * limits::kDayMs;
  rhythm.first = static_cast<LocalMs>(kNow);
  rhythm.rule = rule;
  rhythm.window_minutes = limits::kWindowMinutes;
  std::uint64_t after_ms = kNow;
  for (int i = 0; i < 3; ++i) {
    const auto slot = NextSlot(rhythm, after_ms);
    if (!slot.ok() || !*slot) return;
    fuzz::Require((*slot)->opens_at_ms > after_ms);
    after_ms = (*slot)->opens_at_ms;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto rule = ParseRule(fuzz::View(data, size));
  if (!rule.ok()) return 0;
  const std::string canonical = RuleText(*rule);
  const auto again = ParseRule(canonical);
  fuzz::Require(again.ok() && RuleText(*again) == canonical);
  CheckSlots(canonical);
  return 0;
}
