#include "client/cli/words/span_input.h"

#include <algorithm>
#include <string>
#include <utility>

#include "client/cli/words/date_input.h"
#include "client/cli/words/date_words.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

// Where one end of a span stops and the other begins; npos, 0 where it is one day.
std::pair<std::size_t, std::size_t> SplitOf(std::string_view text) {
  for (const std::string_view between :
       {"...", "..", " to ", " until ", " till ", " through ", " - "}) {
    const std::size_t at = text.find(between);
    if (at != std::string_view::npos) return {at, between.size()};
  }
  const auto dashes = std::ranges::count(text, '-');
  // "24 dec-2 jan", and two dates with a dash between them.
  if (dashes == 1) return {text.find('-'), 1};
  if (dashes == 5 && text.size() > 8) {
    const std::size_t third = text.find('-', text.find('-', text.find('-') + 1) + 1);
    return {third, 1};
  }
  return {std::string_view::npos, 0};
}

}  // namespace

absl::StatusOr<LocalSpan> ParseAway(std::string_view text, LocalMs now) {
  constexpr std::string_view kOption = "--away";
  constexpr std::string_view kFrom = "from ";
  constexpr std::uint64_t kCountedOnMsMax = 31 * limits::kDayMs;
  std::string plain = PlainWords(text);
  if (plain.starts_with(kFrom)) plain.erase(0, kFrom.size());
  const auto [at, size] = SplitOf(plain);
  const std::string from = plain.substr(0, at);
  const std::string until = at == std::string::npos ? from : plain.substr(at + size);
  HOLDFAST_ASSIGN_OR_RETURN(const LocalMoment first, ParseMoment(from, kOption, now));
  HOLDFAST_ASSIGN_OR_RETURN(LocalMoment last, ParseMoment(until, kOption, now));
  if (at == std::string::npos && first.has_time) {
    return Refuse(Reason::kUsage, kOption,
                  "has a beginning and no end; write it like \"2026-03-02 12:00..2026-03-02 "
                  "18:00\"");
  }
  // "sat to mon" and "24 dec to 2 jan" count on from their beginning.
  if (last.at < DayOf(first.at)) {
    const auto later = ParseMoment(until, kOption, first.at);
    // The year of one that has begun is a guess, and would be a year off.
    if (later.ok() && later->at > last.at + kCountedOnMsMax) {
      return Refuse(Reason::kUsage, kOption,
                    "\"" + PrintableLine(text) +
                        "\" has begun already, or ends before it begins; write the years as well, "
                        "like \"2026-12-24..2027-01-02\"");
    }
    if (later.ok()) last = *later;
  }
  if (!last.has_time) last.at += limits::kDayMs;
  if (first.at < last.at) return LocalSpan{first.at, last.at};
  return Refuse(Reason::kUsage, kOption,
                "\"" + PrintableLine(text) +
                    "\" ends before it begins; write it like "
                    "\"2026-12-24..2027-01-02\"");
}

}  // namespace holdfast::client::cli
