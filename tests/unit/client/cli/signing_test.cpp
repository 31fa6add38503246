// What is shown before it is signed, and said of it afterwards.
#include "client/cli/words/event_words.h"
#include "client/cli/words/signing_words.h"
#include "client/host/zone_file.h"
#include "rules/limits.h"
#include "support/catch.h"
#include "unit/client/cli/moment.h"

namespace holdfast::client::cli {
namespace {

using limits::kDayMs;
using limits::kHourMs;

Zone Zurich() {
  return ZoneFolder(kZoneFolder)
      .Read("Europe/Zurich", kNowMs, kNowMs + limits::kZoneCoverMs)
      .value();
}

Rhythm Evenings(const std::string& rule) {
  Rhythm rhythm;
  rhythm.number = 1;
  rhythm.zone = Zurich();
  rhythm.first = kNowMs / kDayMs * kDayMs + 18 * kHourMs;
  rhythm.rule = rule;
  rhythm.window_minutes = limits::kWindowMinutes;
  rhythm.reminders = 2;
  return rhythm;
}

Availability Office() {
  Availability office;
  office.number = 1;
  office.zone = Zurich();
  for (std::uint8_t day = 1; day <= 5; ++day) office.hours.push_back({day, 9 * 60, 17 * 60});
  office.reply_within_minutes = 8 * 60;
  office.remind_before_minutes = 2 * 60;
  return office;
}

bool Has(const std::string& text, std::string_view part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

const Words kTherapist(crypto::Role::kTherapist, {}, kNowMs);
const Words kClient(crypto::Role::kClient, {}, kNowMs);

TEST_CASE("a rhythm is shown with its zone, its reminders and its first three dates", "[signing]") {
  const std::string text = RhythmToPropose(kTherapist, Evenings("FREQ=WEEKLY;BYDAY=MO,TH"), "Kim");
  CHECK(Has(text, "You propose to Kim a check-in Mondays and Thursdays at 18:00 (Europe/Zurich)"));
  CHECK(Has(text, "open for 2 days"));
  CHECK(Has(text, "two kind reminders"));
  CHECK(Has(text, "where it is 18:00 now"));
  // On the wall there, and on this device's own clock, which shows UTC.
  CHECK(Has(text, "The first open Thu 5 Mar, 18:00 (here Thu 5 Mar, 17:00); Mon 9 Mar, 18:00 "));
  CHECK(Has(text, "Thu 12 Mar, 18:00 (here Thu 12 Mar, 17:00)."));
  const Rhythm once = Evenings("FREQ=DAILY;COUNT=2");  // today's 18:00 is this very minute
  CHECK(Has(RhythmToAccept(kClient, once), "The only one opens Thu 5 Mar, 18:00"));
  CHECK(Has(RhythmToAccept(kClient, once), "every day at 18:00 (Europe/Zurich), 2 times, open"));
  CHECK(Has(FirstOpenings(kClient, Evenings("FREQ=DAILY;COUNT=4")), ", and then no more."));
}

TEST_CASE("hours are shown with the times at which replies would be due", "[signing]") {
  Availability office = Office();
  office.away = {{kNowMs + 5 * kDayMs, kNowMs + 6 * kDayMs}};
  const std::string text = HoursToSign(kTherapist, office, "Kim");
  CHECK(Has(text, "Your hours for Kim: Mon-Fri 09:00-17:00."));
  CHECK(Has(text, "Europe/Zurich, where it is 18:00 now"));
  CHECK(Has(text, "A reply comes within 8 hours of these hours, and you are reminded 2 hours"));
  CHECK(Has(text, "Asked now, it is due tomorrow, 17:00"));
  CHECK(Has(text, "You are away from Mon 9 Mar, 18:00 to Tue 10 Mar, 18:00."));
}

TEST_CASE("what hours replace is named, and what stays is not", "[signing]") {
  const BondId bond;
  Availability before = Office(), after = Office();
  after.number = 7;
  CHECK(HoursDropped(kTherapist, bond, before, after).empty());
  after.reply_within_minutes = 60;
  CHECK(Has(HoursDropped(kTherapist, bond, before, after), "Until now"));
  after = before;
  before.away = {{kNowMs - 9 * kDayMs, kNowMs - 8 * kDayMs},  // over
                 {kNowMs + 5 * kDayMs, kNowMs + 6 * kDayMs}};
  CHECK(Has(HoursDropped(kTherapist, bond, before, after), "No longer"));
  after.away = {{kNowMs + 4 * kDayMs, kNowMs + 7 * kDayMs}};
  CHECK(HoursDropped(kTherapist, bond, before, after).empty());
  after.away = {{kNowMs + 5 * kDayMs, kNowMs + 6 * kDayMs - kHourMs}};
  CHECK(Has(HoursDropped(kTherapist, bond, before, after), "No longer"));
}

LedgerLine LineWith(Act act, bool was_accepted) {
  LedgerLine line;
  line.act = std::move(act);
  line.rhythm = Evenings("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR");
  line.was_accepted = was_accepted;
  return line;
}

TEST_CASE("what was accepted is said, and a proposal that is taken back is no end", "[signing]") {
  Act accepted, ended;
  accepted.what = AcceptRhythm{1, Hash()};
  ended.what = EndRhythm{1};
  CHECK(Has(LedgerLineInWords(kClient, LineWith(accepted, false)),
            "You accepted a check-in every second Friday at 18:00"));
  CHECK(Has(LedgerLineInWords(kTherapist, LineWith(ended, true)), "The rhythm has ended"));
  CHECK(Has(LedgerLineInWords(kTherapist, LineWith(ended, false)), "was taken back"));
  StandingView standing;
  CHECK(RhythmToEnd(kTherapist, standing).empty());
  standing.proposal = Evenings("FREQ=DAILY");
  CHECK(Has(RhythmToEnd(kTherapist, standing), "You take back the proposal"));
  CHECK(Has(RhythmToEnd(kClient, standing), "You say no to a check-in"));
  standing.rhythm = standing.proposal;
  CHECK(Has(RhythmToEnd(kClient, standing), "end: no further ones"));
}

TEST_CASE("a pause and a moved reply are shown with their days", "[signing]") {
  const std::string pause = PauseToSign(kClient, kNowMs / kDayMs * kDayMs + 11 * kDayMs, true);
  CHECK(Has(pause, "back on Sun 15 Mar: that day counts again"));
  CHECK(Has(pause, "Notes that were written ahead wait"));
  const std::string moved =
      MoveToSign(kTherapist, BondId(), EnvelopeId(), kNowMs + kHourMs, kNowMs + kDayMs);
  CHECK(Has(moved, "due today, 18:00, is moved to tomorrow, 17:00"));
}

TEST_CASE("a reply that is moved to when nobody works is shown as such", "[signing]") {
  Availability office = Office();  // 9 to 17 there is 8 to 16 here
  const std::uint64_t tomorrow = kNowMs / kDayMs * kDayMs + kDayMs;
  CHECK(OffHours(kTherapist, office, tomorrow + 8 * kHourMs).empty());
  CHECK(OffHours(kTherapist, office, tomorrow + 16 * kHourMs).empty());  // the end of the day
  CHECK(Has(OffHours(kTherapist, office, tomorrow + 17 * kHourMs),
            "outside your hours: Mon-Fri 09:00-17:00 (Europe/Zurich)."));
  CHECK(Has(OffHours(kTherapist, office, tomorrow + 2 * kDayMs + 10 * kHourMs), "outside"));
  office.away = {{tomorrow - kHourMs, tomorrow + 2 * kDayMs - kHourMs}};
  CHECK(Has(OffHours(kTherapist, office, tomorrow + 10 * kHourMs), "Then you are away from"));
  CHECK(Has(OffHours(kTherapist, office, tomorrow + 10 * kHourMs), "back on Sat 7 Mar."));
}

}  // namespace
}  // namespace holdfast::client::cli
