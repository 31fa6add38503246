#include "client/cli/words/every_input.h"

#include "client/cli/words/pasted_text.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {

absl::StatusOr<std::uint32_t> ParseEvery(std::string_view text) {
  constexpr std::uint32_t kWeekDays = 7;
  constexpr std::size_t kDigitsMax = 3;
  const std::string typed = PlainWords(text);
  std::size_t digits = 0;
  std::uint32_t number = 0;
  while (digits < typed.size() && digits <= kDigitsMax && typed[digits] >= '0' &&
         typed[digits] <= '9') {
    number = number * 10 + static_cast<std::uint32_t>(typed[digits++] - '0');
  }
  if (digits == 0) number = 1;
  const std::size_t unit_at = typed.find_first_not_of(' ', digits);
  const std::string unit = unit_at == std::string::npos ? "" : typed.substr(unit_at);
  const bool weeks = unit == "w" || unit == "week" || unit == "weeks";
  const bool days = unit == "d" || unit == "day" || unit == "days";
  const std::uint32_t all = weeks ? number * kWeekDays : number;
  if ((weeks || days) && all >= 1 && all <= limits::kFormEveryDaysMax) return all;
  return Refuse(Reason::kUsage, "--every",
                "must be days or weeks, such as 2w or 30d; a year at most");
}

}  // namespace holdfast::client::cli
