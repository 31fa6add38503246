#include "client/cli/words/schedule_words.h"

#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "client/cli/words/schedule_input.h"
#include "client/cli/words/text.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

std::string RuleInWords(const std::string& rule) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kNames = {
      {{"MO", "Monday"},
       {"TU", "Tuesday"},
       {"WE", "Wednesday"},
       {"TH", "Thursday"},
       {"FR", "Friday"},
       {"SA", "Saturday"},
       {"SU", "Sunday"}}};
  if (rule == "FREQ=DAILY") return "every day";
  const std::string weekly = "FREQ=WEEKLY;BYDAY=";
  if (rule.starts_with(weekly)) {
    for (const auto& [day, name] : kNames) {
      if (rule.substr(weekly.size()) == day) return "every " + std::string(name);
    }
  }
  return "by the rule " + PrintableLine(rule);
}

}  // namespace

std::string RhythmInWords(const Rhythm& rhythm) {
  const std::uint64_t minute = rhythm.first % limits::kDayMs / limits::kMinuteMs;
  std::array<char, 16> at{};
  std::snprintf(at.data(), at.size(), "%02u:%02u", static_cast<unsigned>(minute / 60),
                static_cast<unsigned>(minute % 60));
  return RuleInWords(rhythm.rule) + " at " + at.data() + " (" + PrintableLine(rhythm.zone.name) +
         "), open for " + MinutesInWords(rhythm.window_minutes);
}

std::string AvailabilityInWords(const Words& words, const Availability& availability) {
  std::string text = HoursInWords(availability.hours) + " (" +
                     PrintableLine(availability.zone.name) + "); a reply within " +
                     MinutesInWords(availability.reply_within_minutes) + " of them";
  for (const Away& away : availability.away) {
    if (away.until_ms <= words.now_ms()) continue;
    text += "; away " + words.Time(away.from_ms) + " to " + words.Time(away.until_ms);
  }
  return text;
}

}  // namespace holdfast::client::cli
