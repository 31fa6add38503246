#include "rules/own_clock.h"

#include "rules/codec.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast {

absl::Status CheckDate(std::uint64_t now_ms, std::string_view field) {
  if (IsTime(now_ms)) return absl::OkStatus();
  return Refuse(Reason::kTimeOutOfRange, field,
                now_ms < limits::kTimeMinMs
                    ? "the date of this device is before the year 2020, so nothing can be signed "
                      "with it. Set its date and time, then do this again"
                    : "the date of this device is after the year 2200, so nothing can be signed "
                      "with it. Set its date and time, then do this again");
}

bool WasMadeByWrongClock(std::uint64_t made_ms, std::uint64_t now_ms) {
  return !IsTime(made_ms) || made_ms > now_ms + limits::kSentAheadMsMax;
}

std::uint64_t Corrected(std::uint64_t shown_ms, std::uint64_t now_ms) {
  return IsTime(shown_ms) && shown_ms <= now_ms ? shown_ms : now_ms;
}

bool HasPassed(std::uint64_t since_ms, std::uint64_t length_ms, std::uint64_t now_ms) {
  return now_ms < since_ms ? since_ms - now_ms > limits::kClockSkewMs
                           : now_ms - since_ms >= length_ms;
}

bool HasCome(std::uint64_t until_ms, std::uint64_t length_ms, std::uint64_t now_ms) {
  return until_ms <= now_ms || until_ms - now_ms > length_ms;
}

}  // namespace holdfast
