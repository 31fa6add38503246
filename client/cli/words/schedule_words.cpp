#include "client/cli/words/schedule_words.h"

#include "client/cli/words/calendar_words.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "rules/limits.h"

namespace holdfast::client::cli {

std::string RhythmInWords(const Rhythm& rhythm) {
  const std::uint64_t minute = rhythm.first % limits::kDayMs / limits::kMinuteMs;
  return RuleDaysInWords(rhythm.rule, rhythm.first) + " at " +
         ClockInWords(static_cast<std::uint32_t>(minute)) + " (" + PrintableLine(rhythm.zone.name) +
         ")" + RuleEndInWords(rhythm.rule) + ", open for " + MinutesInWords(rhythm.window_minutes);
}

std::string AwayInWords(const Words& words, const Availability& availability, const Away& away) {
  const LocalMs now = ToLocal(availability.zone, words.now_ms());
  const LocalMs from = ToLocal(availability.zone, away.from_ms);
  const LocalMs until = ToLocal(availability.zone, away.until_ms);
  if (from % limits::kDayMs != 0 || until % limits::kDayMs != 0) {
    return "away from " + MomentInWords(from, now) + " to " + MomentInWords(until, now);
  }
  if (until - from == limits::kDayMs) return "away " + OnDay(DayInWords(from, now));
  return "away from " + DayInWords(from, now) + " to " + DayInWords(until - limits::kDayMs, now) +
         ", back " + OnDay(DayInWords(until, now));
}

std::string AvailabilityInWords(const Words& words, const Availability& availability) {
  std::string text = HoursInWords(availability.hours) + " (" +
                     PrintableLine(availability.zone.name) + "); a reply within " +
                     MinutesInWords(availability.reply_within_minutes) + " of them";
  for (const Away& away : availability.away) {
    if (away.until_ms <= words.now_ms()) continue;
    text += "; " + AwayInWords(words, availability, away);
  }
  return text;
}

}  // namespace holdfast::client::cli
