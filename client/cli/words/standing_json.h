// How things stand, for programs. Names and meanings never change; new ones may
// come.
#pragma once

#include "client/cli/words/json.h"
#include "client/core/shown/standing.h"

namespace holdfast::client::cli {

// {"bond","ended","paused_until","availability","rhythm","proposal","open_slot",
//  "next_slot","empty_slot","promises","waiting","ledger","doubted"}; what there is
// not is null.
Json StandingJson(const StandingView& standing);
// {"envelope","bond","state","due_at","first_due_at","made_at","missed_at","overdue"}.
Json PromiseJson(const PromiseView& promise);
// {"number","bond","kind","at","subject","by","from","until","reference","hash","act"}.
Json LedgerLineJson(const LedgerLine& line);
Json ReminderJson(const ReminderView& reminder);
Json AvailabilityJson(const Availability& availability);
Json RhythmJson(const Rhythm& rhythm);

std::string_view LedgerKindName(LedgerKind kind);  // "act", "slot-opened", ...
std::string_view ActKindName(ActKind kind);        // "availability", "propose-rhythm", ...

}  // namespace holdfast::client::cli
