// How things stand, for programs; see client/cli/words/json.h.
#pragma once

#include "client/cli/words/json.h"
#include "client/core/shown/standing.h"

namespace holdfast::client::cli {

Json StandingJson(const StandingView& standing);
Json PromiseJson(const PromiseView& promise);
Json LedgerLineJson(const LedgerLine& line);
Json ReminderJson(const ReminderView& reminder);
Json AvailabilityJson(const Availability& availability);
Json RhythmJson(const Rhythm& rhythm);

std::string_view LedgerKindName(LedgerKind kind);  // "act", "slot-opened", ...
std::string_view ActKindName(ActKind kind);        // "availability", "propose-rhythm", ...

}  // namespace holdfast::client::cli
