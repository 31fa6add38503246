// A calendar file is as RFC 5545 has it, says nothing of what it is for, and public calendar
// libraries read the same instants in it as the rules reckon.
#include "client/cli/words/calendar_file.h"

#include <libical/ical.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "client/host/zone_file.h"
#include "rules/limits.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::client::cli {
namespace {

using Seconds = std::vector<std::int64_t>;

// Sunday 2026-03-01, 12:00 in Greenwich: two changes of the clock lie within 400 days.
constexpr std::uint64_t kCalendarNowMs = 1'772'366'400'000;
constexpr std::uint64_t kCalendarUntilMs = kCalendarNowMs + 400 * limits::kDayMs;

Zone ZoneNow(const std::string& name) {
  ZoneFolder zones(kZoneFolder);
  const auto zone = zones.Read(name, kCalendarNowMs, kCalendarNowMs + limits::kZoneCoverMs);
  INFO(name << ": " << zone.status());
  REQUIRE(zone.ok());
  return *zone;
}

Rhythm RhythmOf(const std::string& zone, const std::string& rule, std::uint64_t minute_of_day) {
  Rhythm rhythm;
  rhythm.number = 3;
  rhythm.zone = ZoneNow(zone);
  rhythm.first =
      kCalendarNowMs - kCalendarNowMs % limits::kDayMs + minute_of_day * limits::kMinuteMs;
  rhythm.rule = CanonicalRule(rule).value();
  rhythm.window_minutes = 120;
  return rhythm;
}

CalendarSeries SeriesOf(const Rhythm& rhythm, std::uint64_t after_ms = kCalendarNowMs,
                        std::size_t coming = 366) {
  CalendarSeries series;
  series.bond = BondId::From(Bytes(16, '\x21'), "bond").value();
  series.rhythm = rhythm;
  series.coming = NextSlots(rhythm, after_ms, coming).value();
  REQUIRE_FALSE(series.coming.empty());
  return series;
}

CalendarFile FileOf(const CalendarSeries& series) {
  return WriteCalendar({series}, {kCalendarNowMs, 0});
}

// As the rules have it.
Seconds Ours(const Rhythm& rhythm, std::uint64_t after_ms) {
  Seconds seconds;
  for (std::uint64_t at_ms = after_ms;;) {
    const auto slot = NextSlot(rhythm, at_ms).value();
    if (!slot || slot->opens_at_ms >= kCalendarUntilMs) return seconds;
    at_ms = slot->opens_at_ms;
    seconds.push_back(static_cast<std::int64_t>(at_ms / limits::kSecondMs));
  }
}

void AddSpan(icalcomponent*, icaltime_span* span, void* found) {
  static_cast<Seconds*>(found)->push_back(span->start);
}

Seconds WithLibical(const std::string& text) {
  const std::unique_ptr<icalcomponent, void (*)(icalcomponent*)> calendar(
      icalparser_parse_string(text.c_str()), icalcomponent_free);
  REQUIRE(calendar != nullptr);
  CHECK(icalcomponent_count_errors(calendar.get()) == 0);
  CHECK(icalrestriction_check(calendar.get()) != 0);
  Seconds found;
  const auto utc = [](std::uint64_t at_ms) {
    return icaltime_from_timet_with_zone(static_cast<time_t>(at_ms / 1000), 0,
                                         icaltimezone_get_utc_timezone());
  };
  for (icalcomponent* event =
           icalcomponent_get_first_component(calendar.get(), ICAL_VEVENT_COMPONENT);
       event != nullptr;
       event = icalcomponent_get_next_component(calendar.get(), ICAL_VEVENT_COMPONENT)) {
    icalcomponent_foreach_recurrence(event, utc(kCalendarNowMs), utc(kCalendarUntilMs), AddSpan,
                                     &found);
  }
  std::ranges::sort(found);
  return found;
}

// By library; those that are not installed are said and left out.
std::map<std::string, Seconds> WithPython(const std::string& text) {
  const test::TempDir folder;
  const std::string path = (folder / "rhythm.ics").string();
  std::ofstream(path, std::ios::binary) << text;
  const std::string command =
      "/usr/bin/python3 " HOLDFAST_SOURCE_DIR "/tests/support/calendar_readers.py " + path + " " +
      std::to_string(kCalendarNowMs / 1000) + " " + std::to_string(kCalendarUntilMs / 1000);
  FILE* const pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
  CHECK(pclose(pipe) == 0);
  std::map<std::string, Seconds> read;
  std::string library;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) {
      read[library].push_back(std::stoll(line));
    } else if (line.find("absent") != std::string::npos) {
      WARN("not compared: " << line);
    } else {
      library = line.substr(0, space);
      read[library];
    }
  }
  return read;
}

void CheckAllReadTheSame(const CalendarSeries& series) {
  const std::string text = FileOf(series).text;
  INFO(text);
  const Seconds ours = Ours(series.rhythm, series.coming.front().opens_at_ms - 1);
  CHECK_FALSE(ours.empty());
  CHECK(WithLibical(text) == ours);
  for (const auto& [library, read] : WithPython(text)) {
    INFO(library);
    CHECK(read == ours);
  }
}

std::size_t CountOf(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("three calendar libraries read the same instants as ours, over two changes of the clock",
          "[calendar]") {
  struct Case {
    std::string zone;
    std::string rule;
    std::uint64_t minute_of_day;
  };
  for (const Case& one : std::vector<Case>{
           {"Europe/Zurich", "FREQ=WEEKLY;BYDAY=MO,TH", 18 * 60},
           {"Europe/Zurich", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", 9 * 60 + 5},
           {"America/New_York", "FREQ=DAILY;UNTIL=20261120", 21 * 60},
           {"America/Los_Angeles", "FREQ=WEEKLY;BYDAY=SU;COUNT=45", 23 * 60 + 30},
           {"America/St_Johns", "FREQ=MONTHLY;BYDAY=-1FR", 7 * 60},
           {"Australia/Lord_Howe", "FREQ=WEEKLY;BYDAY=WE", 20 * 60},
           {"Europe/Dublin", "FREQ=MONTHLY", 12 * 60},
           {"Pacific/Auckland", "FREQ=DAILY;INTERVAL=3", 6 * 60},
           {"Asia/Kathmandu", "FREQ=WEEKLY;BYDAY=FR;COUNT=10", 18 * 60},
           {"Etc/UTC", "FREQ=WEEKLY;BYDAY=MO", 18 * 60},
       }) {
    INFO(one.zone << " " << one.rule);
    const CalendarSeries series = SeriesOf(RhythmOf(one.zone, one.rule, one.minute_of_day));
    CHECK_FALSE(FileOf(series).series.front().one_by_one);
    CheckAllReadTheSame(series);
  }
}

TEST_CASE("a series that goes on after a pause goes on in step", "[calendar]") {
  const Rhythm rhythm = RhythmOf("Europe/Zurich", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR", 18 * 60);
  for (const std::uint64_t days : {20U, 41U, 62U}) {
    CheckAllReadTheSame(SeriesOf(rhythm, kCalendarNowMs + days * limits::kDayMs));
  }
}

TEST_CASE("where the clock may skip or repeat the time of day, openings are written one by one",
          "[calendar]") {
  for (const std::uint64_t minute : {120U, 150U, 179U}) {
    const CalendarSeries series = SeriesOf(RhythmOf("Europe/Zurich", "FREQ=DAILY", minute));
    const CalendarFile file = FileOf(series);
    CHECK(file.series.front().one_by_one);
    CHECK(CountOf(file.text, "BEGIN:VEVENT") == 366);
    CHECK(CountOf(file.text, "TZID") == 0);
    Seconds ours;
    for (const Slot& slot : series.coming) {
      ours.push_back(static_cast<std::int64_t>(slot.opens_at_ms / 1000));
    }
    CHECK(WithLibical(file.text) == ours);
    for (const auto& [library, read] : WithPython(file.text)) {
      INFO(library);
      CHECK(read == ours);
    }
  }
  for (const std::uint64_t minute : {119U, 180U}) {
    const CalendarSeries series = SeriesOf(RhythmOf("Europe/Zurich", "FREQ=DAILY", minute));
    CHECK_FALSE(FileOf(series).series.front().one_by_one);
    CheckAllReadTheSame(series);
  }
}

TEST_CASE("a calendar file has the form of RFC 5545, and names nobody", "[calendar]") {
  CalendarSeries series = SeriesOf(RhythmOf(
      "Europe/Zurich", "FREQ=MONTHLY;BYDAY=1MO,1TU,1WE,2MO,2TU,2WE,3MO,3TU,3WE,-1FR", 1080));
  const CalendarFile file = WriteCalendar({series}, {kCalendarNowMs, 15});
  std::istringstream lines(file.text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(line.ends_with('\r'));
    CHECK(line.size() <= 76);
    CHECK(std::ranges::all_of(line, [](char c) { return (c >= ' ' && c < 127) || c == '\r'; }));
  }
  CHECK(file.text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
  CHECK(file.text.ends_with("END:VCALENDAR\r\n"));
  CHECK(file.text.find("\r\n ") != std::string::npos);  // the rule is folded
  for (const char* line :
       {"SUMMARY:Time for me", "CLASS:PRIVATE", "TRANSP:TRANSPARENT", "TRIGGER:-PT15M",
        "SEQUENCE:3", "DTSTART;TZID=Europe/Zurich:20260302T180000"}) {
    INFO(line);
    CHECK(CountOf(file.text, std::string(line) + "\r\n") == 1);
  }
  std::string lower = file.text;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (const std::string word : {"holdfast", "check", "therap", "client", "practice"}) {
    CHECK(lower.find(word) == std::string::npos);
  }
  CHECK(lower.find(series.bond.hex()) == std::string::npos);
}

TEST_CASE("what is written again has the same names, and another bond has others", "[calendar]") {
  const auto uid_of = [](const std::string& text) {
    const std::size_t at = text.find("UID:");
    return text.substr(at, text.find('\r', at) - at);
  };
  const Rhythm rhythm = RhythmOf("Europe/Zurich", "FREQ=WEEKLY", 18 * 60);
  CalendarSeries series = SeriesOf(rhythm);
  const std::string uid = uid_of(FileOf(series).text);
  CHECK(uid_of(FileOf(SeriesOf(rhythm, kCalendarNowMs + 30 * limits::kDayMs)).text) == uid);
  Rhythm other = RhythmOf("America/New_York", "FREQ=DAILY", 9 * 60);
  other.number = 4;
  CHECK(uid_of(FileOf(SeriesOf(other)).text) == uid);
  series.bond = BondId::From(Bytes(16, '\x22'), "bond").value();
  CHECK(uid_of(FileOf(series).text) != uid);
  const Rhythm night = RhythmOf("Europe/Zurich", "FREQ=DAILY", 150);
  const std::string one = FileOf(SeriesOf(night, kCalendarNowMs, 1)).text;
  CHECK(uid_of(FileOf(SeriesOf(night, kCalendarNowMs, 2)).text) == uid_of(one));
}

TEST_CASE("a series ends with the rhythm, or with the zone that was signed for it", "[calendar]") {
  const auto written = [](const std::string& rule) {
    return FileOf(SeriesOf(RhythmOf("Europe/Zurich", rule, 18 * 60))).series.front();
  };
  CHECK(written("FREQ=WEEKLY;COUNT=3").ends);
  CHECK(written("FREQ=WEEKLY;UNTIL=20270101").ends);
  CHECK(written("FREQ=WEEKLY;UNTIL=20270101").until_ms < 1'798'848'000'000);
  CHECK_FALSE(written("FREQ=WEEKLY").ends);
  CHECK_FALSE(written("FREQ=WEEKLY;UNTIL=21000101").ends);
  CHECK(written("FREQ=WEEKLY").until_ms < ZoneNow("Europe/Zurich").covers_until_ms);
}

TEST_CASE("of two tables for one zone that differ, the second is written without it",
          "[calendar]") {
  CalendarSeries one = SeriesOf(RhythmOf("Europe/Zurich", "FREQ=WEEKLY", 18 * 60));
  CalendarSeries other = one;
  other.bond = BondId::From(Bytes(16, '\x22'), "bond").value();
  CHECK_FALSE(WriteCalendar({one, other}, {kCalendarNowMs, 0}).series.back().one_by_one);
  // A country that gave up changing the clock.
  other.rhythm.zone.changes.resize(1);
  other.coming = NextSlots(other.rhythm, kCalendarNowMs, 100).value();
  const CalendarFile file = WriteCalendar({one, other}, {kCalendarNowMs, 0});
  CHECK_FALSE(file.series.front().one_by_one);
  CHECK(file.series.back().one_by_one);
  CHECK(CountOf(file.text, "BEGIN:VTIMEZONE") == 1);
}

}  // namespace holdfast::client::cli
