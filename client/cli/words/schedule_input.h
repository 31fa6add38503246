// What people type about hours, days and rhythms, as a whole: its parts are day_input.h,
// date_input.h, span_input.h, time_input.h and own_clock.h.
#pragma once

#include "absl/status/status.h"
#include "client/cli/words/date_input.h"
#include "client/cli/words/day_input.h"
#include "client/cli/words/own_clock.h"
#include "client/cli/words/span_input.h"
#include "client/cli/words/time_input.h"

namespace holdfast::client::cli {

// What this device's own rules refuse, named by the option that was typed.
absl::Status AsTyped(const absl::Status& status);

// In order, with those that meet or overlap joined: the rules take no others.
std::vector<LocalSpan> JoinedAway(std::vector<LocalSpan> away);

}  // namespace holdfast::client::cli
