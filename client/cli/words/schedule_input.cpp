#include "client/cli/words/schedule_input.h"

#include <algorithm>
#include <array>

#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// What the rules call a thing, what one types for it, and, where the rules' own words
// would not be understood, others.
struct TypedField {
  std::string_view field;
  std::string_view option;
  std::string_view words;
};
constexpr auto kTyped = std::to_array<TypedField>({
    {"availability.hours", "--hours", ""},
    {"availability.away", "--away", ""},
    {"availability.reply_within_minutes", "--reply-within", ""},
    {"availability.remind_before_minutes", "--remind-before",
     "must be at least 1m, and less than --reply-within"},
    {"rhythm.window_minutes", "--window", ""},
    {"rhythm.rule", "--rule", ""},
    {"rhythm.first", "--first", ""},
    {"pause.until_ms", "--until", "must be a day ahead, within a year"},
    {"reschedule.due_at_ms", "--to", "must be a time ahead, within 120 days"},
    {"release.at", "--at", ""},
    {"release.when", "--if-missed", ""},
    {"zone", "--zone", ""},
});

}  // namespace

absl::Status AsTyped(const absl::Status& status) {
  if (status.ok()) return status;
  std::string field = FieldOf(status);
  if (field.starts_with("act.")) field.erase(0, 4);
  for (const TypedField& typed : kTyped) {
    if (!field.starts_with(typed.field)) continue;
    return Refuse(Reason::kUsage, typed.option,
                  typed.words.empty() ? MessageOf(status) : std::string(typed.words));
  }
  return status;
}

std::vector<LocalSpan> JoinedAway(std::vector<LocalSpan> away) {
  std::ranges::sort(away, std::less<>(), &LocalSpan::from);
  std::vector<LocalSpan> joined;
  for (const LocalSpan& span : away) {
    if (joined.empty() || span.from > joined.back().until) {
      joined.push_back(span);
    } else {
      joined.back().until = std::max(joined.back().until, span.until);
    }
  }
  return joined;
}

}  // namespace holdfast::client::cli
