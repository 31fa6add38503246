#include "client/cli/words/calendar_file.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"
#include "client/core/ledger/zones.h"
#include "crypto/public/hash.h"
#include "rules/limits.h"
#include "rules/rule.h"
#include "rules/schedule_time.h"

namespace holdfast::client::cli {
namespace {

using std::chrono::sys_days;

constexpr std::size_t kLineOctetsMax = 75;
constexpr std::string_view kSummary = "Time for me";
// An opening as a calendar shows it; the check-in stays open for longer.
constexpr std::string_view kDuration = "PT15M";
// Slots of a rhythm that ends after a number of them, asked for at a time.
constexpr std::size_t kSlotsTogether = 64;

// One content line, folded.
void AddLine(std::string& text, std::string_view line) {
  std::size_t room = kLineOctetsMax;
  while (line.size() > room) {
    text.append(line.substr(0, room)).append("\r\n ");
    line.remove_prefix(room);
    room = kLineOctetsMax - 1;
  }
  text.append(line).append("\r\n");
}

std::string CalendarTime(std::uint64_t ms) {
  const sys_days day(std::chrono::days(ms / limits::kDayMs));
  const std::chrono::year_month_day date(day);
  const std::uint64_t second = ms % limits::kDayMs / limits::kSecondMs;
  return absl::StrFormat("%04d%02d%02dT%02d%02d%02d", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                         second / 3600, second / 60 % 60, second % 60);
}

std::string CalendarUtc(std::uint64_t at_ms) { return CalendarTime(at_ms) + "Z"; }

std::string CalendarOffset(std::int32_t offset_s) {
  const int size = std::abs(offset_s);
  std::string text =
      absl::StrFormat("%c%02d%02d", offset_s < 0 ? '-' : '+', size / 3600, size / 60 % 60);
  return size % 60 == 0 ? text : text + absl::StrFormat("%02d", size % 60);
}

LocalMs LocalAt(std::uint64_t at_ms, std::int32_t offset_s) {
  return static_cast<LocalMs>(static_cast<std::int64_t>(at_ms) +
                              std::int64_t{offset_s} *
                                  static_cast<std::int64_t>(limits::kSecondMs));
}

void AddObservance(std::string& text, LocalMs from, std::int32_t before_s, std::int32_t offset_s) {
  const std::string_view kind = offset_s > before_s ? "DAYLIGHT" : "STANDARD";
  AddLine(text, "BEGIN:" + std::string(kind));
  AddLine(text, "DTSTART:" + CalendarTime(from));
  AddLine(text, "TZOFFSETFROM:" + CalendarOffset(before_s));
  AddLine(text, "TZOFFSETTO:" + CalendarOffset(offset_s));
  AddLine(text, "END:" + std::string(kind));
}

// vobject takes a zone that was like UTC from 2000 to 2020 for UTC, and then goes by a table of its
// own: so that such a one is no UTC, it has a summer of its own in 2000.
constexpr LocalMs kSummerOf2000Ms = 959'817'600'000;  // 1 June
constexpr LocalMs kSummerMs = 30 * limits::kDayMs;

void AddSummerOf2000(std::string& text, std::int32_t offset_s) {
  AddObservance(text, kSummerOf2000Ms, 0, offset_s);
  AddObservance(text, kSummerOf2000Ms + kSummerMs, offset_s, 0);
}

// Each change by itself, as the zone was signed. The offset in force at `from_ms` counts for all
// time before it: nothing in the file is earlier.
void AddZone(std::string& text, const Zone& zone, std::uint64_t from_ms) {
  AddLine(text, "BEGIN:VTIMEZONE");
  AddLine(text, "TZID:" + zone.name);
  std::int32_t before_s = OffsetAt(zone, from_ms);
  AddObservance(text, 0, before_s, before_s);
  bool is_first = true;
  for (const ZoneChange& change : zone.changes) {
    if (change.at_ms <= from_ms) continue;
    if (std::exchange(is_first, false) && before_s == 0) AddSummerOf2000(text, change.offset_s);
    AddObservance(text, LocalAt(change.at_ms, before_s), before_s, change.offset_s);
    before_s = change.offset_s;
  }
  AddLine(text, "END:VTIMEZONE");
}

// Whether some change from `from_ms` on skips or repeats this time of day.
bool MeetsChange(const Zone& zone, LocalMs time_of_day, std::uint64_t from_ms) {
  std::int32_t before_s = zone.first_offset_s;
  for (const ZoneChange& change : zone.changes) {
    const LocalMs one = LocalAt(change.at_ms, before_s);
    const LocalMs other = LocalAt(change.at_ms, change.offset_s);
    before_s = change.offset_s;
    if (change.at_ms < from_ms) continue;
    const LocalMs begin = std::min(one, other), end = std::max(one, other);
    const LocalMs met = begin - begin % limits::kDayMs + time_of_day;
    const LocalMs next = met + limits::kDayMs;
    if ((met >= begin && met < end) || (next >= begin && next < end)) return true;
  }
  return false;
}

// The last opening that a series may have, and whether the rhythm ends with it.
struct SeriesEnd {
  std::uint64_t at_ms = 0;
  bool of_rhythm = false;
};

std::uint64_t LastCounted(const Rhythm& rhythm, std::uint32_t count) {
  std::uint64_t last_ms = ToUtc(rhythm.zone, rhythm.first) - 1;
  for (std::size_t left = count; left > 0;) {
    const auto slots = NextSlots(rhythm, last_ms, std::min(left, kSlotsTogether));
    if (!slots.ok() || slots->empty()) break;
    last_ms = slots->back().opens_at_ms;
    left -= slots->size();
  }
  return last_ms;
}

SeriesEnd EndOfSeries(const Rhythm& rhythm, const Rule& rule) {
  const SeriesEnd of_zone = {rhythm.zone.covers_until_ms - limits::kSecondMs, false};
  SeriesEnd end = of_zone;
  if (rule.count != 0) end = {LastCounted(rhythm, rule.count), true};
  if (rule.until) {
    const auto day = static_cast<LocalMs>(rule.until->time_since_epoch().count()) * limits::kDayMs;
    end = {ToUtc(rhythm.zone, day + rhythm.first % limits::kDayMs), true};
  }
  return end.at_ms < of_zone.at_ms ? end : of_zone;
}

// The same in every file; tells nothing to whoever does not know the bond.
std::string CalendarId(const BondId& bond, BytesView slot) {
  const std::string hex = crypto::Sha256({"holdfast calendar", bond.view(), slot}).hex();
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20, 12);
}

void AddEvent(std::string& text, const std::string& uid, std::uint32_t sequence,
              const std::vector<std::string>& when, const CalendarTerms& terms) {
  AddLine(text, "BEGIN:VEVENT");
  AddLine(text, "UID:" + uid);
  AddLine(text, "DTSTAMP:" + CalendarUtc(terms.now_ms));
  AddLine(text, absl::StrFormat("SEQUENCE:%d", sequence));
  for (const std::string& line : when) AddLine(text, line);
  AddLine(text, "DURATION:" + std::string(kDuration));
  AddLine(text, "SUMMARY:" + std::string(kSummary));
  AddLine(text, "CLASS:PRIVATE");
  AddLine(text, "TRANSP:TRANSPARENT");
  AddLine(text, "BEGIN:VALARM");
  AddLine(text, "ACTION:DISPLAY");
  AddLine(text, "DESCRIPTION:" + std::string(kSummary));
  AddLine(text, terms.alarm_before_minutes == 0
                    ? std::string("TRIGGER:PT0S")
                    : absl::StrFormat("TRIGGER:-PT%dM", terms.alarm_before_minutes));
  AddLine(text, "END:VALARM");
  AddLine(text, "END:VEVENT");
}

// All series that are written as one, by the zone that stands in the file for them.
class CalendarZones {
 public:
  explicit CalendarZones(std::uint64_t now_ms) : now_ms_(now_ms) {}

  // False where another table of this name is in the file already that says otherwise.
  bool Take(const Zone& zone) {
    const auto [found, is_new] = zones_.try_emplace(zone.name, zone);
    if (is_new) return true;
    if (!SameOffsets(found->second, zone, now_ms_)) return false;
    if (found->second.covers_until_ms < zone.covers_until_ms) found->second = zone;
    return true;
  }
  void AddTo(std::string& text) const {
    for (const auto& [name, zone] : zones_) AddZone(text, zone, now_ms_ - limits::kDayMs);
  }

 private:
  const std::uint64_t now_ms_;
  std::map<std::string, Zone> zones_;
};

WrittenSeries AddOneByOne(std::string& text, const CalendarSeries& one,
                          const CalendarTerms& terms) {
  for (const Slot& slot : one.coming) {
    AddEvent(text, CalendarId(one.bond, slot.id.view()), one.rhythm.number,
             {"DTSTART:" + CalendarUtc(ToScheduleTime(slot.opens_at_ms))}, terms);
  }
  return {one.bond, one.coming.front().opens_at_ms, one.coming.back().opens_at_ms, false, true};
}

WrittenSeries AddSeries(std::string& text, const CalendarSeries& one, Rule rule,
                        const CalendarTerms& terms) {
  const Zone& zone = one.rhythm.zone;
  const std::uint64_t first_ms = one.coming.front().opens_at_ms;
  const SeriesEnd end = EndOfSeries(one.rhythm, rule);
  rule.count = 0;
  rule.until.reset();
  AddEvent(
      text, CalendarId(one.bond, ""), one.rhythm.number,
      {"DTSTART;TZID=" + zone.name + ":" + CalendarTime(ToLocal(zone, ToScheduleTime(first_ms))),
       "RRULE:" + RuleText(rule) + ";UNTIL=" + CalendarUtc(end.at_ms)},
      terms);
  return {one.bond, first_ms, end.at_ms, end.of_rhythm, false};
}

}  // namespace

CalendarFile WriteCalendar(const std::vector<CalendarSeries>& series, const CalendarTerms& terms) {
  CalendarFile file;
  CalendarZones zones(terms.now_ms);
  std::string events;
  for (const CalendarSeries& one : series) {
    auto rule = ParseRule(one.rhythm.rule);
    if (!rule.ok() || one.coming.empty()) continue;  // no ledger has such a one
    const LocalMs time_of_day = one.rhythm.first % limits::kDayMs;
    const bool one_by_one =
        MeetsChange(one.rhythm.zone, time_of_day, terms.now_ms) || !zones.Take(one.rhythm.zone);
    file.series.push_back(one_by_one ? AddOneByOne(events, one, terms)
                                     : AddSeries(events, one, *std::move(rule), terms));
  }
  AddLine(file.text, "BEGIN:VCALENDAR");
  AddLine(file.text, "VERSION:2.0");
  AddLine(file.text, "PRODID:-//" + std::string(kSummary) + "//EN");
  AddLine(file.text, "CALSCALE:GREGORIAN");
  zones.AddTo(file.text);
  file.text += events;
  AddLine(file.text, "END:VCALENDAR");
  return file;
}

}  // namespace holdfast::client::cli
