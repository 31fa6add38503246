// Days away as people type them: a first and a last day, or two moments.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "client/core/shown/drafts.h"

namespace holdfast::client::cli {

// "2026-03-02..2026-03-13", "tomorrow to fri", "24 dec - 2 jan", both days included, or one
// day alone; or with times: "2026-03-02 12:00..2026-03-04 9:00".
absl::StatusOr<LocalSpan> ParseAway(std::string_view text, LocalMs now);

}  // namespace holdfast::client::cli
