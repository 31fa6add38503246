#include "client/cli/words/signing_words.h"

#include <algorithm>
#include <array>

#include "client/cli/words/calendar_words.h"
#include "client/cli/words/own_clock.h"
#include "client/cli/words/schedule_words.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kNamesMax = 3;
constexpr std::size_t kOpeningsShown = 3;
// Replies asked for now, tomorrow and the day after: an evening and a weekend show
// themselves.
constexpr std::array<std::uint64_t, 3> kAskedLaterMs = {0, limits::kDayMs, 2 * limits::kDayMs};

// "Time zone: Europe/Zurich, where it is 18:05 now."
std::string ZoneNow(const Words& words, const Zone& zone) {
  const LocalMs now = ToLocal(zone, words.now_ms());
  const auto minute = static_cast<std::uint32_t>(now % limits::kDayMs / limits::kMinuteMs);
  return "Time zone: " + PrintableLine(zone.name) + ", where it is " + ClockInWords(minute) +
         " now.";
}

std::string WallTime(const Words& words, const Zone& zone, std::uint64_t time_ms) {
  return MomentInWords(ToLocal(zone, time_ms), ToLocal(zone, words.now_ms()));
}

// On both walls, with the date even where it is near: "today" may be two days then.
std::string BothWalls(const Zone& zone, std::uint64_t time_ms) {
  constexpr std::uint64_t kNotNearMs = 3 * limits::kDayMs;
  const LocalMs there = ToLocal(zone, time_ms);
  return MomentInWords(there, there - kNotNearMs) + " (here " +
         LocalTime(time_ms, time_ms - kNotNearMs) + ")";
}

// The reader's own clock shows another time than the zone's.
bool IsElsewhere(const Zone& zone, std::uint64_t time_ms) {
  return ToOwnClock(time_ms) != ToLocal(zone, time_ms);
}

std::string Dues(const Words& words, const Availability& availability) {
  std::string text;
  for (const std::uint64_t later_ms : kAskedLaterMs) {
    const std::uint64_t asked_ms = words.now_ms() + later_ms;
    const auto due_ms = DueAt(availability, asked_ms);
    if (!due_ms.ok()) continue;
    const std::string asked = later_ms == 0 ? "now" : WallTime(words, availability.zone, asked_ms);
    text += (text.empty() ? "Asked " : "; asked ") + asked + ", it is due " +
            WallTime(words, availability.zone, *due_ms);
  }
  return text.empty() ? text : text + ".";
}

// Also at the very end of a stretch of them.
bool IsInHours(const Availability& availability, std::uint64_t time_ms) {
  for (const std::uint64_t at_ms : {time_ms, time_ms - 1}) {
    const LocalMs local = ToLocal(availability.zone, at_ms);
    const std::uint64_t weekday = (local / limits::kDayMs + 3) % 7 + 1;  // 1970-01-01: a Thursday
    const std::uint64_t minute = local % limits::kDayMs / limits::kMinuteMs;
    const bool works = std::ranges::any_of(availability.hours, [&](const WorkingHours& hours) {
      return hours.weekday == weekday && hours.from_minute <= minute && minute < hours.until_minute;
    });
    if (works) return true;
  }
  return false;
}

std::string Reminders(std::uint8_t count) {
  return count == 0   ? "nobody is reminded of it"
         : count == 1 ? "with one kind reminder while it is open and empty"
                      : "with up to two kind reminders while it is open and empty";
}

std::string Details(const Words& words, const Rhythm& rhythm) {
  return ", " + Reminders(rhythm.reminders) + ".\n" + ZoneNow(words, rhythm.zone) + "\n" +
         FirstOpenings(words, rhythm);
}

// Two that differ in nothing but numbers and the years of a zone are one to people.
bool SameHours(const Availability& one, const Availability& other) {
  return one.hours == other.hours && one.zone.name == other.zone.name &&
         one.reply_within_minutes == other.reply_within_minutes &&
         one.remind_before_minutes == other.remind_before_minutes;
}

}  // namespace

std::string NamesInWords(const Words& words, const std::vector<BondView>& bonds) {
  std::string text;
  const std::size_t named = bonds.size() <= kNamesMax + 1 ? bonds.size() : kNamesMax;
  for (std::size_t i = 0; i < named; ++i) {
    const bool last = i + 1 == bonds.size();
    text += (i == 0 ? "" : last ? " and " : ", ") + words.Other(bonds[i].id);
  }
  if (named < bonds.size()) text += " and " + std::to_string(bonds.size() - named) + " more";
  return text;
}

std::string HoursToSign(const Words& words, const Availability& availability,
                        const std::string& whom) {
  std::string text = "Your hours for " + whom + ": " + HoursInWords(availability.hours) + ".\n" +
                     ZoneNow(words, availability.zone) + "\nA reply comes within " +
                     MinutesInWords(availability.reply_within_minutes) +
                     " of these hours, and you are reminded " +
                     MinutesInWords(availability.remind_before_minutes) + " of them before. " +
                     Dues(words, availability);
  for (const Away& away : availability.away) {
    if (away.until_ms <= words.now_ms()) continue;
    text += "\n" + AsSentence("you are " + AwayInWords(words, availability, away));
  }
  return text;
}

std::string HoursDropped(const Words& words, const BondId& bond, const Availability& before,
                         const Availability& after) {
  std::string text;
  if (!SameHours(before, after)) {
    text = "Until now, for " + words.Other(bond) + ": " + HoursInWords(before.hours) + " (" +
           PrintableLine(before.zone.name) + "), a reply within " +
           MinutesInWords(before.reply_within_minutes) + ".";
  }
  for (const Away& away : before.away) {
    const bool over = away.until_ms <= words.now_ms();
    const bool stays = std::ranges::any_of(after.away, [&](const Away& kept) {
      return kept.from_ms <= std::max(away.from_ms, words.now_ms()) &&
             kept.until_ms >= away.until_ms;
    });
    if (over || stays) continue;
    text += (text.empty() ? "" : "\n") + std::string("No longer, for ") + words.Other(bond) + ": " +
            AwayInWords(words, before, away) + ".";
  }
  return text;
}

std::string FirstOpenings(const Words& words, const Rhythm& rhythm) {
  const auto slots = NextSlots(rhythm, words.now_ms(), kOpeningsShown + 1);
  if (!slots.ok() || slots->empty()) return "None opens any more.";
  const std::size_t shown = std::min(slots->size(), kOpeningsShown);
  std::string text = slots->size() == 1 ? "The only one opens " : "The first open ";
  for (std::size_t i = 0; i < shown; ++i) {
    const std::uint64_t opens_ms = (*slots)[i].opens_at_ms;
    text += (i == 0 ? "" : "; ") + (IsElsewhere(rhythm.zone, opens_ms)
                                        ? BothWalls(rhythm.zone, opens_ms)
                                        : WallTime(words, rhythm.zone, opens_ms));
  }
  if (shown > 1 && slots->size() == shown) text += ", and then no more";
  return text + ".";
}

std::string RhythmToPropose(const Words& words, const Rhythm& rhythm, const std::string& whom) {
  return "You propose to " + whom + " a check-in " + RhythmInWords(rhythm) + Details(words, rhythm);
}

std::string RhythmToAccept(const Words& words, const Rhythm& rhythm) {
  return "Your therapist proposes a check-in " + RhythmInWords(rhythm) + Details(words, rhythm);
}

std::string RhythmToEnd(const Words& words, const StandingView& standing) {
  if (standing.rhythm) {
    return "The check-ins " + RhythmInWords(*standing.rhythm) + " with " +
           words.Other(standing.bond) + " end: no further ones open by themselves.";
  }
  if (!standing.proposal) return {};
  return (words.is_client() ? "You say no to a check-in "
                            : "You take back the proposal of a "
                              "check-in ") +
         RhythmInWords(*standing.proposal) + ".";
}

std::string PauseToSign(const Words& words, std::uint64_t until_ms, bool ahead_too) {
  return "You pause from now on, and are back " + OnDay(words.Day(until_ms)) +
         ": that day counts again. Until then check-ins are skipped and nobody reminds you; "
         "replies that are owed to you stay owed." +
         (ahead_too ? " Notes that were written ahead wait until then as well." : "");
}

std::string MoveToSign(const Words& words, const BondId& bond, const EnvelopeId& envelope,
                       std::uint64_t from_ms, std::uint64_t to_ms) {
  return "The reply to " + words.Other(bond) + " (" + ShortId(envelope) + "), due " +
         words.Time(from_ms) + ", is moved to " + words.Time(to_ms) + ", and " + words.Other(bond) +
         " is told. It is " + words.Time(words.now_ms()) + " on this device's clock.";
}

std::string OffHours(const Words& words, const Availability& availability, std::uint64_t to_ms) {
  for (const Away& away : availability.away) {
    if (away.from_ms >= to_ms || away.until_ms < to_ms) continue;
    return "Then you are " + AwayInWords(words, availability, away) + ".";
  }
  if (IsInHours(availability, to_ms)) return "";
  return "That is outside your hours: " + HoursInWords(availability.hours) + " (" +
         PrintableLine(availability.zone.name) + ").";
}

}  // namespace holdfast::client::cli
