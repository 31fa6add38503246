#include "client/core/ledger/plans.h"

#include "client/core/ledger/zones.h"
#include "rules/limits.h"
#include "rules/rule.h"
#include "rules/schedule_time.h"

namespace holdfast::client {
namespace {

LocalMs MidnightOf(LocalMs local) { return local / limits::kDayMs * limits::kDayMs; }

}  // namespace

absl::StatusOr<Availability> PlanOf(ZoneSource* zones, std::uint64_t now_ms,
                                    const AvailabilityDraft& draft) {
  Availability availability;
  availability.reply_within_minutes = draft.reply_within_minutes;
  availability.remind_before_minutes = draft.remind_before_minutes;
  availability.hours = draft.hours;
  HOLDFAST_ASSIGN_OR_RETURN(availability.zone, ReadZone(zones, now_ms, draft.zone));
  for (const LocalSpan& away : draft.away) {
    availability.away.push_back(
        {ToUtc(availability.zone, away.from), ToUtc(availability.zone, away.until)});
  }
  return availability;
}

absl::StatusOr<Rhythm> PlanOf(ZoneSource* zones, std::uint64_t now_ms, const RhythmDraft& draft) {
  Rhythm rhythm;
  HOLDFAST_ASSIGN_OR_RETURN(rhythm.zone, ReadZone(zones, now_ms, draft.zone));
  const LocalMs today = MidnightOf(ToLocal(rhythm.zone, now_ms));
  rhythm.first = draft.first_day.value_or(today) + draft.at_minute * limits::kMinuteMs;
  HOLDFAST_ASSIGN_OR_RETURN(rhythm.rule, CanonicalRule(draft.rule));
  rhythm.window_minutes = draft.window_minutes;
  rhythm.reminders = draft.reminders;
  HOLDFAST_RETURN_IF_ERROR(CountFromNow(rhythm, now_ms));
  return rhythm;
}

absl::Status CountFromNow(Rhythm& rhythm, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(Rule rule, ParseRule(rhythm.rule));
  if (rule.count == 0) return absl::OkStatus();
  rule.count = 0;
  Rhythm endless = rhythm;
  endless.rule = RuleText(rule);
  HOLDFAST_ASSIGN_OR_RETURN(const auto next, NextSlot(endless, now_ms));
  if (!next) return absl::OkStatus();
  const LocalMs day = MidnightOf(ToLocal(rhythm.zone, ToScheduleTime(next->opens_at_ms)));
  if (day > rhythm.first) rhythm.first = day + rhythm.first % limits::kDayMs;
  return absl::OkStatus();
}

}  // namespace holdfast::client
