// Hours, days, lengths and moments as people type them: all of it is understood, or none,
// and what is said of it again is understood too.
#include "client/cli/words/schedule_input.h"

#include <cstdlib>
#include <ctime>
#include <random>

#include "client/cli/words/calendar_words.h"
#include "client/cli/words/times.h"
#include "client/host/zone_file.h"
#include "rules/errors.h"
#include "rules/limits.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

// Wed 2026-03-04 17:00 on the wall.
constexpr LocalMs kNow = 1'772'643'600'000;
constexpr LocalMs kToday = kNow / limits::kDayMs * limits::kDayMs;

LocalMs Days(int days) { return kToday + static_cast<LocalMs>(days) * limits::kDayMs; }
LocalMs At(int days, int hour, int minute = 0) {
  return Days(days) + static_cast<LocalMs>(hour * 60 + minute) * limits::kMinuteMs;
}

TEST_CASE("working hours are taken as they are written and pasted", "[schedule]") {
  const auto said = [](const char* text) {
    INFO(text);
    const auto hours = ParseHours(text);
    UNSCOPED_INFO(hours.status());
    REQUIRE(hours.ok());
    return HoursInWords(*hours);
  };
  const std::string office = "Mon-Fri 09:00-12:00, 13:00-17:00; Sat 10:00-12:00";
  for (const char* text :
       {"mon-fri 9:00-12:00,13:00-17:00; sat 10:00-12:00", "Mon-Fri 9-12, 13-17; Sat 10-12",
        "mon\u2013fri 9:00\u201312:00, 13:00\u201417:00; sat 10\u221212",
        "monday to friday 9 to 12 and 1pm to 5pm, saturdays 10 am - noon",
        "weekdays: 9.00-12.00 13.00-17.00 sat: 10h-12h00", "Mo-Fr 9-12,13-17\nSa 10-12",
        "\u00A0mon -\u202Ffri\u00A09:00 - 12:00 , 13:00 - 17:00 ;sat 10:00-12:00;",
        "mon,tue,wed,thu & fri 9-12,13-17; sat 10-12",
        "fri 13-17 sat 10-12 mon-thu 9-12,13-17 fri 9-12",
        "mon-fri 9-11; mon-fri 11-12; mon-fri 13-16,15-17; sat 10-12"}) {
    CHECK(said(text) == office);
  }
  CHECK(said("sun-thu 9-17") == "Mon-Thu 09:00-17:00; Sun 09:00-17:00");
  CHECK(said("every day 8-20") == "Mon-Sun 08:00-20:00");
  CHECK(said("mon 9:00-0:00") == "Mon 09:00-24:00");
  CHECK(said("mon-fri 22:00-6:00") == "Mon-Fri 22:00-06:00");
  CHECK(said("mon 0-24; tue 0:00-midnight") == "Mon-Tue 00:00-24:00");
  const std::vector<WorkingHours> night = {{1, 0, 360}, {7, 1320, 1440}};
  CHECK(ParseHours("sun 22:00-6:00").value() == night);
}

TEST_CASE("hours of which a part is not understood are refused whole, and it is named",
          "[schedule]") {
  const std::vector<std::pair<const char*, const char*>> bad = {
      {"", "is empty"},
      {";", "is empty"},
      {"mon", "\"mon\" has no times"},
      {"mon 9:00", "\"9:00\" has no end"},
      {"mon 9-", "\"9\" has no end"},
      {"day 9-12", "\"day\" is not a day"},
      {"monkey 9-12", "\"monkey\" is not a day"},
      {"mon-thursdayish 9-12", "\"thursdayish\" is not a day"},
      {"mon- 9-12", "\"9\" is not a day"},
      {"mon 9-25", "\"25\" is not a time"},
      {"mon 9:70-10:00", "\"9:70\" is not a time"},
      {"mon 9:5-10:00", "\"9:5\" is not a time"},
      {"mon 9-12-13", "\"-\" is not a day"},
      {"mon 9-12 except tue", "\"except\" is not a day"},
      {"mon-fri 9-5", "ends before it begins"},
      {"mon 17:00-16:00", "ends before it begins"},
      {"9-12", "\"9\" has no day"},
      {"mon 9-12; 13-17 or so", "\"or\" is not a day"},
      {"m\u00F6n 9-12", "\"\u00F6\" at place 2"},
      {"mon 9\u203412", "at place 6"},
  };
  for (const auto& [text, words] : bad) {
    const absl::Status refused = ParseHours(text).status();
    INFO(text << " -> " << refused);
    CHECK(FieldOf(refused) == "--hours");
    CHECK(MessageOf(refused).find(words) != std::string::npos);
  }
}

// Any hours that the rules take.
std::vector<WorkingHours> AnyHours(std::mt19937& random) {
  const auto dice = [&] { return static_cast<std::uint32_t>(random()); };
  std::vector<WorkingHours> hours;
  for (std::uint8_t day = 1; day <= 7; ++day) {
    std::uint32_t from = dice() % 600;
    while (dice() % 2 == 0 && from + 10 < 1440) {
      const std::uint32_t until = std::min(from + 1 + dice() % 500, 1440U);
      hours.push_back({day, static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(until)});
      from = until + 1 + dice() % 300;
    }
  }
  if (hours.empty()) hours.push_back({7, 1380, 1440});
  return hours;
}

TEST_CASE("hours that are told are the hours that were meant", "[schedule]") {
  std::mt19937 dice(17);
  for (int i = 0; i < 2000; ++i) {
    const std::vector<WorkingHours> hours = AnyHours(dice);
    const std::string words = HoursInWords(hours);
    INFO(words);
    CHECK(ParseHours(words).value() == hours);
  }
}

TEST_CASE("whatever is typed is taken whole or refused with its option", "[schedule]") {
  const std::vector<std::string> pieces = {
      "mon",    "Fri", "-",        " ",          ",",      ";",     "9", "18:30",
      "pm",     "to",  "noon",     "every",      "second", "weeks", "3", "\u2013",
      "\u00A0", "in",  "tomorrow", "2026-03-02", "..",     "mar",   "x", "\xff"};
  std::mt19937 dice(4);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t n = dice() % 9; n > 0; --n) text += pieces[dice() % pieces.size()];
    INFO(text);
    if (const auto hours = ParseHours(text); hours.ok()) {
      CHECK(ParseHours(HoursInWords(*hours)).value() == *hours);
    } else {
      CHECK(FieldOf(hours.status()) == "--hours");
    }
    if (const auto rule = WeeklyRule(text, 1); rule.ok()) {
      CHECK(WeeklyRule(RuleInWords(*rule, kToday), 1).value() == *rule);
    }
    const auto moment = ParseMoment(text, "--at", kNow);
    if (!moment.ok()) CHECK(FieldOf(moment.status()) == "--at");
    const auto away = ParseAway(text, kNow);
    if (away.ok()) CHECK(away->from < away->until);
  }
}

TEST_CASE("days of a rhythm are taken as they are said", "[schedule]") {
  const std::vector<std::pair<const char*, const char*>> taken = {
      {"mon", "BYDAY=MO"},
      {"thu,mon", "BYDAY=MO,TH"},
      {"mon-thu", "BYDAY=MO,TU,WE,TH"},
      {"mon thu", "BYDAY=MO,TH"},
      {"mon;tue", "BYDAY=MO,TU"},
      {"monday and thursday", "BYDAY=MO,TH"},
      {"Mondays & Thursdays", "BYDAY=MO,TH"},
      {"mon\u2013thu", "BYDAY=MO,TU,WE,TH"},
      {"mon\u00A0\u2013\u00A0thu", "BYDAY=MO,TU,WE,TH"},
      {"fri to mon", "BYDAY=MO,FR,SA,SU"},
      {"weekdays", "BYDAY=MO,TU,WE,TH,FR"},
      {"every monday", "BYDAY=MO"},
      {"every second monday", "INTERVAL=2;BYDAY=MO"},
      {"every other tue", "INTERVAL=2;BYDAY=TU"},
      {"every 3 weeks on Mondays and Fridays", "INTERVAL=3;BYDAY=MO,FR"},
      {"every day", "BYDAY=MO,TU,WE,TH,FR,SA,SU"},
  };
  for (const auto& [text, rule] : taken) {
    INFO(text);
    CHECK(WeeklyRule(text, 1).value() == "FREQ=WEEKLY;" + std::string(rule));
  }
  CHECK(WeeklyRule("mon", 2).value() == "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO");
  for (const char* bad : {"", "someday", "monkey", "tue-x", "mon-", "mon 18:00", "the first monday",
                          "every monday but one", "every 60 weeks on mon", "day", "montag"}) {
    INFO(bad);
    CHECK(FieldOf(WeeklyRule(bad, 1).status()) == "--weekly");
  }
  CHECK(FieldOf(WeeklyRule("every second monday", 3).status()) == "--every");
}

TEST_CASE("a day ends at 24:00, and begins at midnight", "[schedule]") {
  const auto at = [](const char* text) { return ParseMoment(text, "--at", kNow).value().at; };
  const LocalMs begins = at("2026-03-09 0:00");
  CHECK(at("2026-03-09 midnight") == begins);
  CHECK(at("2026-03-09 24:00") == begins + limits::kDayMs);
  CHECK(at("2026-03-09 24:00") == at("2026-03-10"));
  CHECK(at("24:00 tomorrow") == at("tomorrow") + limits::kDayMs);
  CHECK(ParseAway("2026-03-09 12:00..2026-03-09 24:00", kNow).value().until ==
        begins + limits::kDayMs);
  for (const char* bad : {"2026-03-09 24:01", "2026-03-09 25:00"}) {
    CHECK_FALSE(ParseMoment(bad, "--at", kNow).ok());
  }
  CHECK_FALSE(ParseInstant("2026-03-09T24:00:30Z", "--at", 0).ok());
}

TEST_CASE("every rule is a sentence, and one of weeks is understood again", "[schedule]") {
  const auto said = [](const char* rule) { return RuleInWords(rule, kToday); };
  CHECK(said("FREQ=WEEKLY;BYDAY=MO") == "every Monday");
  CHECK(said("FREQ=WEEKLY;BYDAY=MO,TH") == "Mondays and Thursdays");
  CHECK(said("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR") == "Mondays to Fridays");
  CHECK(said("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO") == "every second Monday");
  CHECK(said("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TU") == "every 3 weeks on Mondays and Tuesdays");
  CHECK(said("FREQ=WEEKLY") == "every Wednesday");
  CHECK(said("FREQ=DAILY") == "every day");
  CHECK(said("FREQ=DAILY;COUNT=7") == "every day, 7 times");
  CHECK(said("FREQ=DAILY;INTERVAL=2;UNTIL=20271231") == "every second day, until 31 Dec 2027");
  CHECK(said("FREQ=DAILY;BYDAY=SA,SU") == "Saturdays and Sundays");
  CHECK(said("FREQ=MONTHLY") == "the 4th of each month");
  CHECK(said("FREQ=MONTHLY;BYDAY=1MO") == "the first Monday of each month");
  CHECK(said("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR") == "the last Friday of every second month");
  CHECK(said("FREQ=HOURLY;X=\x1b") == "by the rule FREQ=HOURLY;X=\uFFFD");
  for (unsigned days = 1; days < 128; ++days) {
    for (const std::uint32_t every : {1U, 2U, 3U, 52U}) {
      std::string list;
      for (unsigned day = 0; day < 7; ++day) {
        if ((days >> day & 1U) != 0)
          list += std::string(",MO,TU,WE,TH,FR,SA,SU").substr(day * 3, 3);
      }
      const std::string rule = "FREQ=WEEKLY;" +
                               (every == 1 ? "" : "INTERVAL=" + std::to_string(every) + ";") +
                               "BYDAY=" + list.substr(1);
      INFO(rule);
      CHECK(WeeklyRule(RuleInWords(rule, kToday), 1).value() == rule);
    }
  }
}

TEST_CASE("times of day and lengths are taken as they are said, and told again", "[schedule]") {
  for (std::uint32_t minute = 0; minute < 1440; ++minute) {
    CHECK(ParseClock(ClockInWords(minute), "--at").value() == minute);
  }
  for (const char* text : {"18:05", "18.05", "18h05", "6:05pm", "6:05 pm", "6.05 p.m.", "18:05 Uhr",
                           "\uFF11\uFF18\uFF1A\uFF10\uFF15"}) {
    INFO(text);
    CHECK(ParseClock(text, "--at").value() == 1085);
  }
  CHECK(ParseClock("12am", "--at").value() == 0);
  CHECK(ParseClock("12 pm", "--at").value() == 720);
  CHECK(ParseClock("24:00", "--at", true).value() == 1440);
  CHECK(MessageOf(ParseClock("24:00", "--at").status()).find("write 0:00") != std::string::npos);
  for (const char* bad : {"", "24:00", "24", "9:5", "9:555", "13pm", "0am", "1800", "-1", "9:60",
                          "9:00:00", ":30", "half past nine"}) {
    INFO(bad);
    CHECK(FieldOf(ParseClock(bad, "--at").status()) == "--at");
  }
  for (std::uint32_t minutes = 1; minutes <= limits::kWindowMinutesMax; ++minutes) {
    CHECK(ParseMinutes(MinutesInWords(minutes), "x").value() == minutes);
  }
  CHECK(ParseMinutes("1h30m", "x").value() == 90);
  CHECK(ParseMinutes("1 hour and 30 minutes", "x").value() == 90);
  CHECK(ParseMinutes("1 week", "x").value() == 7 * 1440);
  for (const char* bad :
       {"", "8", "h", "-1h", "8x", "99999999d", "1h1h", "30m 1h", "1.5h", "8h or so"}) {
    INFO(bad);
    CHECK(FieldOf(ParseMinutes(bad, "--window").status()) == "--window");
  }
}

TEST_CASE("a day of working time is a working day, and never 24 hours of it", "[schedule]") {
  const auto office = ParseHours("mon-fri 9:00-12:00,13:00-17:00").value();
  CHECK(ParseWorkingMinutes("1d", "x", office).value() == 7 * 60);
  CHECK(ParseWorkingMinutes("2 days", "x", office).value() == 14 * 60);
  CHECK(ParseWorkingMinutes("1 day 2 hours", "x", office).value() == 9 * 60);
  CHECK(ParseWorkingMinutes("8h", "x", office).value() == 8 * 60);
  const auto uneven = ParseHours("mon 9-12; tue 9-17").value();
  CHECK(FieldOf(ParseWorkingMinutes("1d", "--reply-within", uneven).status()) == "--reply-within");
  CHECK(ParseWorkingMinutes("8h", "x", uneven).value() == 8 * 60);
}

TEST_CASE("days and moments are taken as they are said", "[schedule]") {
  const std::vector<std::pair<const char*, LocalMs>> days = {{"2026-03-04", Days(0)},
                                                             {"2026-3-5", Days(1)},
                                                             {"2026/03/05", Days(1)},
                                                             {"today", Days(0)},
                                                             {"Tomorrow", Days(1)},
                                                             {"yesterday", Days(-1)},
                                                             {"fri", Days(2)},
                                                             {"on Friday", Days(2)},
                                                             {"tue", Days(6)},
                                                             {"in 2 weeks", Days(14)},
                                                             {"in a week", Days(7)},
                                                             {"in three days", Days(3)},
                                                             {"5 Mar", Days(1)},
                                                             {"March 5th", Days(1)},
                                                             {"Thu 5 Mar", Days(1)},
                                                             {"5 mar 2026", Days(1)},
                                                             {"4 mar", Days(0)},
                                                             {"3 mar", Days(364)},
                                                             {"2026\u201103\u201105", Days(1)},
                                                             {"\u00A0tomorrow\u200B ", Days(1)}};
  for (const auto& [text, day] : days) {
    INFO(text);
    CHECK(ParseDay(text, "--until", kNow).value() == day);
    const std::string timed = std::string(text) + " 18:30";
    const auto moment = ParseMoment(timed, "--at", kNow);
    REQUIRE(moment.ok());
    CHECK(moment->has_time);
    CHECK(moment->at == day + At(0, 18, 30) - Days(0));
    CHECK(FieldOf(ParseDay(timed, "--until", kNow).status()) == "--until");
  }
  const auto at = [](const char* text) { return ParseMoment(text, "--at", kNow).value().at; };
  CHECK(at("fri at 6pm") == At(2, 18));
  CHECK(at("18:00 tomorrow") == At(1, 18));
  CHECK(at("9 am on fri") == At(2, 9));
  CHECK(at("17:30") == At(0, 17, 30));
  CHECK(at("in 2 hours") == At(0, 19));
  CHECK(at("in 90 minutes") == At(0, 18, 30));
  CHECK(at("2026-03-05T08:00") == At(1, 8));
  CHECK(at("29 feb") == ParseDay("2028-02-29", "x", kNow).value());
  for (const char* bad : {"",
                          "someday",
                          "wed",
                          "next week",
                          "next fri",
                          "2026-02-30",
                          "31 apr",
                          "30 feb",
                          "5.3.2026",
                          "3/5/2026",
                          "16:00",
                          "18",
                          "fri 25:00",
                          "fri 18:00 sharp",
                          "fri mon",
                          "in 2 fortnights",
                          "in 5000 days",
                          "thu 6 mar",
                          "5 mar 1800",
                          "tomorrow 18:00 19:00",
                          "1969-01-01",
                          "18:00 tomorrow 19:00",
                          "fri\u2605"}) {
    const auto moment = ParseMoment(bad, "--at", kNow);
    INFO(bad);
    CHECK(FieldOf(moment.status()) == "--at");
  }
}

TEST_CASE("a moment that is told is the moment that was meant", "[schedule]") {
  std::mt19937_64 dice(9);
  for (int i = 0; i < 5000; ++i) {
    const LocalMs at = kToday + dice() % (800 * 1440) * limits::kMinuteMs;
    const std::string words = MomentInWords(at, kNow);
    INFO(words);
    CHECK(ParseMoment(words, "--at", kNow).value().at == at);
    CHECK(ParseDay(DayInWords(at, kNow), "--at", kNow).value() ==
          at / limits::kDayMs * limits::kDayMs);
  }
}

TEST_CASE("away times count both days, unless they name a time", "[schedule]") {
  const auto span = [](const char* text) {
    INFO(text);
    const auto away = ParseAway(text, kNow);
    UNSCOPED_INFO(away.status());
    REQUIRE(away.ok());
    return std::pair(away->from, away->until);
  };
  for (const char* text : {"2026-03-05..2026-03-06", "2026-03-05 - 2026-03-06", "5 mar-6 mar",
                           "2026-03-05\u20132026-03-06", "tomorrow to fri", "5 mar \u2026 6 mar",
                           "2026-03-05 until 2026-03-06", "from 5 mar to 6 mar"}) {
    CHECK(span(text) == std::pair(Days(1), Days(3)));
  }
  CHECK(span("tomorrow") == std::pair(Days(1), Days(2)));
  CHECK(span("sat to tue") == std::pair(Days(3), Days(7)));
  CHECK(span("24 dec to 2 jan") == std::pair(Days(295), Days(305)));
  CHECK(span("sun to mon") == std::pair(Days(4), Days(6)));
  CHECK(span("2026-03-05 12:00..2026-03-05 13:00") == std::pair(At(1, 12), At(1, 13)));
  for (const char* bad : {"", "2026-03-06..2026-03-05", "2026-02-30..2026-03-02", "a..b",
                          "6-17 jul", "2026-03-05 25:00..2026-03-06", "tomorrow 12:00", "fri..",
                          "..fri", "3 mar to 6 mar", "2026-03-05 13:00..2026-03-05 12:00"}) {
    INFO(bad);
    CHECK(FieldOf(ParseAway(bad, kNow).status()) == "--away");
  }
  const std::vector<LocalSpan> joined =
      JoinedAway({{Days(9), Days(10)}, {Days(1), Days(3)}, {Days(3), Days(4)}, {Days(2), Days(3)}});
  REQUIRE(joined.size() == 2);
  CHECK(joined[0].from == Days(1));
  CHECK(joined[0].until == Days(4));
}

TEST_CASE("a time that the clock shows twice or not at all is read as the rules read it",
          "[schedule]") {
  ZoneFolder zones(kZoneFolder);
  for (const char* name : {"Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "UTC",
                           "Africa/Casablanca", "Pacific/Auckland"}) {
    setenv("TZ", name, 1);
    tzset();
    const std::uint64_t from_ms = 1'767'225'600'000;  // 2026-01-01
    const Zone zone = zones.Read(name, from_ms, from_ms + 3 * 366 * limits::kDayMs).value();
    for (const ZoneChange& change : zone.changes) {
      const LocalMs around = ToLocal(zone, change.at_ms);
      for (int quarter = -12; quarter <= 12; ++quarter) {
        const LocalMs local = around + static_cast<LocalMs>(quarter * 15) * limits::kMinuteMs;
        INFO(name << " " << MomentInWords(local, kNow));
        CHECK(FromOwnClock(local) == ToUtc(zone, local));
      }
    }
  }
  setenv("TZ", "UTC", 1);
  tzset();
}

}  // namespace
}  // namespace holdfast::client::cli
