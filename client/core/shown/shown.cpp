#include "client/core/shown/shown.h"

#include <array>

#include "client/core/outside/limits.h"
#include "client/core/shown/erased.h"
#include "rules/errors.h"

namespace holdfast::client {

std::string_view NameOf(MessageState state) {
  static constexpr std::array<std::string_view, 9> kNames = {"queued", "stored",    "delivered",
                                                             "opened", "reply-due", "answered",
                                                             "missed", "repaired",  "withdrawn"};
  return kNames.at(static_cast<std::size_t>(state));
}

std::string_view NameOf(StaysBecause why) {
  switch (why) {
    case StaysBecause::kNotSent:
      return "not-sent";
    case StaysBecause::kWaits:
      return "waits";
    case StaysBecause::kNotSafe:
      return "not-safe";
  }
  return "";
}

std::string_view NameOf(Evidence evidence) {
  static constexpr std::array<std::string_view, 4> kNames = {"this-device", "practice",
                                                             "other-side", "ledger"};
  return kNames.at(static_cast<std::size_t>(evidence));
}

std::string_view NameOf(AheadOutlook outlook) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "waiting",        "due",     "held",          "in-pause",         "released",  "withdrawn",
      "rhythm-changed", "skipped", "check-in-came", "answered-in-time", "bond-ended"};
  return kNames.at(static_cast<std::size_t>(outlook));
}

absl::Status CheckMessagePrefix(std::string_view prefix) {
  const bool hex = prefix.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  if (hex && prefix.size() >= limits::kEnvelopePrefixHexMin) return absl::OkStatus();
  return Refuse(Reason::kUsage, "id", "must be at least the first 4 digits of a message's id");
}

bool IsVain(AheadOutlook outlook) { return outlook >= AheadOutlook::kRhythmChanged; }

}  // namespace holdfast::client
