#include "client/core/shown/shown.h"

#include <array>

namespace holdfast::client {

std::string_view NameOf(MessageState state) {
  static constexpr std::array<std::string_view, 9> kNames = {"queued", "stored",    "delivered",
                                                             "opened", "reply-due", "answered",
                                                             "missed", "repaired",  "withdrawn"};
  return kNames.at(static_cast<std::size_t>(state));
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

bool IsVain(AheadOutlook outlook) { return outlook >= AheadOutlook::kRhythmChanged; }

}  // namespace holdfast::client
