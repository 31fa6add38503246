// Days and moments as people type them: dates, days of the week, "tomorrow", "in 2 weeks".
// Errors name the option and say what would work.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/core/shown/drafts.h"

namespace holdfast::client::cli {

struct LocalMoment {
  LocalMs at = 0;            // its midnight where no time was typed
  bool has_time = false;     // "18:00" was typed as well
  bool is_from_now = false;  // "in 2 hours": so long from now on, whatever the clock does
};

// "2026-03-02", "2 Mar", "2 March 2027", "today", "tomorrow", "fri", "in 2 weeks", each also
// with a time behind it, "fri 18:00"; a time alone is today's, "in 2 hours" counts from
// `now`. A day without a year is the next such one. Past days are taken as they are.
absl::StatusOr<LocalMoment> ParseMoment(std::string_view text, std::string_view option,
                                        LocalMs now);
// The same without a time: midnight of the day.
absl::StatusOr<LocalMs> ParseDay(std::string_view text, std::string_view option, LocalMs now);

// A moment on this device's own clock as an instant, or UTC as --json shows it:
// "2026-03-05T17:00:00Z", also with milliseconds. A day alone is refused: it would be its
// midnight.
absl::StatusOr<std::uint64_t> ParseInstant(std::string_view text, std::string_view option,
                                           std::uint64_t now_ms);

}  // namespace holdfast::client::cli
