#include "client/cli/words/past_days.h"

#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "client/cli/words/date_input.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kAgo = " ago";
// So long ago that the next such day from then on is the last one: today's name, a day of the week,
// a day of the year.
constexpr std::array<std::uint64_t, 3> kBackMs = {limits::kDayMs, 7 * limits::kDayMs,
                                                  366 * limits::kDayMs};

bool IsOfNow(const std::string& typed) {
  return typed == "today" || typed == "tomorrow" || typed.starts_with("in ");
}

}  // namespace

absl::StatusOr<LocalMs> ParsePastDay(std::string_view text, std::string_view option, LocalMs now) {
  const std::string typed = absl::AsciiStrToLower(Trimmed(text));
  const LocalMs today = now - now % limits::kDayMs;
  if (typed.ends_with(kAgo)) {
    const std::string ahead = "in " + typed.substr(0, typed.size() - kAgo.size());
    HOLDFAST_ASSIGN_OR_RETURN(const LocalMs day, ParseDay(ahead, option, now));
    return day - today < today ? today - (day - today) : 0;
  }
  const absl::StatusOr<LocalMs> day = ParseDay(text, option, now);
  if (day.ok() && *day <= now) return *day;
  for (const std::uint64_t back_ms : kBackMs) {
    if (IsOfNow(typed) || now < back_ms) break;
    const auto earlier = ParseDay(text, option, now - back_ms);
    if (earlier.ok() && *earlier <= now) return *earlier;
  }
  if (!day.ok()) return day.status();
  return Refuse(Reason::kUsage, option, "is a day that is still to come");
}

}  // namespace holdfast::client::cli
