// What is signed is what was shown: rhythms as they were planned and seen, and hours that
// whoever joins later has too.
#include <algorithm>

#include "rules/rhythm.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using limits::kDayMs;

struct Deciders : TestCouple {
  void SyncBoth() {
    REQUIRE(therapist.Sync().ok());
    REQUIRE(client.Sync().ok());
    REQUIRE(therapist.Sync().ok());
  }
  // The clock at this time of day, in UTC, some day.
  void PassTo(std::uint64_t minute_of_day) {
    const std::uint64_t day = practice.clock.wall_ms / kDayMs + 1;
    practice.Pass(day * kDayMs + minute_of_day * limits::kMinuteMs - practice.clock.wall_ms);
    practice.Restart();
  }
};

RhythmDraft At(std::uint32_t hour, const std::string& rule) {
  RhythmDraft draft;
  draft.zone = "UTC";
  draft.at_minute = hour * 60;
  draft.rule = rule;
  draft.window_minutes = 120;
  return draft;
}

TEST_CASE("Only the proposal that was shown is accepted") {
  Deciders couple;
  const BondId bond = couple.client.bond();
  REQUIRE(couple.therapist.ProposeDaily(18 * 60, 120).ok());
  couple.SyncBoth();
  StandingView standing = couple.client.Standing();
  REQUIRE(standing.proposal.has_value());
  CHECK_FALSE(standing.proposal_shown);
  const Hash first = standing.proposal_hash;
  REQUIRE(couple.client.engine->MarkProposalShown(bond, first).ok());
  CHECK(couple.client.Standing().proposal_shown);

  REQUIRE(couple.therapist.ProposeDaily(6 * 60, 120).ok());
  couple.SyncBoth();
  standing = couple.client.Standing();
  CHECK_FALSE(standing.proposal_shown);
  CHECK(standing.proposal_hash != first);
  const auto unseen = couple.client.engine->AcceptRhythm(bond, first);
  CHECK(ReasonOf(unseen.status()) == Reason::kActSuperseded);
  CHECK(couple.client.Standing().waiting.empty());
  couple.client.Reopen();
  REQUIRE(couple.client.engine->MarkProposalShown(bond, standing.proposal_hash).ok());
  couple.client.Reopen();
  CHECK(couple.client.Standing().proposal_shown);
  REQUIRE(couple.client.engine->AcceptRhythm(bond, standing.proposal_hash).ok());
  couple.SyncBoth();
  REQUIRE(couple.therapist.Standing().rhythm.has_value());
  CHECK(couple.therapist.Standing().rhythm->first % kDayMs == 6 * limits::kHourMs);
}

TEST_CASE("What is rehearsed is checked as ever, and nothing of it is kept") {
  Deciders couple;
  Engine& client = *couple.client.engine;
  const BondId bond = couple.client.bond();
  const std::uint64_t until_ms = couple.practice.clock.wall_ms + 3 * kDayMs;
  const auto pause = [&](Engine& engine) { return engine.Pause(bond, until_ms).status(); };
  CHECK(client.Rehearse(pause).ok());
  CHECK(couple.client.Standing().waiting.empty());
  CHECK(client.Queued().value() == 0);
  const auto write = [&](Engine&) { return couple.client.Note("once").status(); };
  CHECK(client.Rehearse(write).ok());
  CHECK(client.Messages({}).value().empty());
  couple.SyncBoth();
  CHECK_FALSE(couple.therapist.Standing().paused_until_ms.has_value());
  CHECK(ReasonOf(couple.therapist.engine->Rehearse(pause)) == Reason::kUsage);

  REQUIRE(pause(client).ok());
  REQUIRE(write(client).ok());
  CHECK(couple.client.Standing().waiting.size() == 1);
  REQUIRE(client.EndBond(bond).ok());
  couple.SyncBoth();
  CHECK(ReasonOf(client.Rehearse(pause)) == Reason::kBondEnded);
  CHECK(ReasonOf(client.Rehearse(write)) == Reason::kBondEnded);
  CHECK(client.Messages({}).value().size() == 1);
}

TEST_CASE("What was planned is what is signed, whatever the clock does in between") {
  Deciders couple;
  const Rhythm planned =
      couple.therapist.engine->Planned(At(18, "FREQ=WEEKLY;BYDAY=MO,TH")).value();
  couple.practice.Pass(2 * kDayMs);
  REQUIRE(couple.therapist.engine->ProposeRhythm(couple.therapist.bond(), planned).ok());
  couple.SyncBoth();
  CHECK(couple.client.Standing().proposal == planned);
}

TEST_CASE("A rule that counts, counts the check-ins that can still come") {
  Deciders couple;
  couple.PassTo(12 * 60 + 20);
  const std::uint64_t now_ms = couple.practice.clock.wall_ms;
  const auto opens = [&](std::uint32_t hour, const std::string& rule) {
    const Rhythm planned = couple.therapist.engine->Planned(At(hour, rule)).value();
    std::vector<std::uint64_t> days;
    const std::vector<Slot> slots = NextSlots(planned, now_ms, 10).value();
    for (const Slot& slot : slots) days.push_back(slot.opens_at_ms / kDayMs - now_ms / kDayMs);
    return days;
  };
  using Days = std::vector<std::uint64_t>;
  CHECK(opens(8, "FREQ=DAILY;COUNT=3") == Days{1, 2, 3});
  CHECK(opens(8, "FREQ=DAILY;COUNT=1") == Days{1});
  CHECK(opens(18, "FREQ=DAILY;COUNT=3") == Days{0, 1, 2});
  CHECK(opens(8, "FREQ=DAILY;INTERVAL=2;COUNT=2") == Days{2, 4});
  // The day that is meant where none is named stays.
  CHECK(opens(8, "FREQ=WEEKLY;COUNT=2") == Days{7, 14});
  CHECK(opens(18, "FREQ=WEEKLY;COUNT=2") == Days{0, 7});
  // A first day long ago counts from now on as well.
  RhythmDraft late = At(8, "FREQ=DAILY;COUNT=2");
  late.first_day = (now_ms / kDayMs - 30) * kDayMs;
  const Rhythm planned = couple.therapist.engine->Planned(late).value();
  CHECK(NextSlots(planned, now_ms, 10)->size() == 2);
}

TEST_CASE("What is refused is refused before it is shown") {
  Deciders couple;
  Engine& engine = *couple.therapist.engine;
  RhythmDraft nowhere = At(18, "FREQ=DAILY");
  nowhere.zone = "Nowhere";
  CHECK_FALSE(engine.Planned(nowhere).ok());
  RhythmDraft long_open = At(18, "FREQ=DAILY");
  long_open.window_minutes = limits::kWindowMinutes;
  CHECK(FieldOf(engine.Planned(long_open).status()) == "rhythm.window_minutes");
  AvailabilityDraft hours;
  hours.zone = "UTC";
  CHECK_FALSE(engine.Planned(hours).ok());
}

TEST_CASE("The end of a proposal is told apart from the end of a rhythm") {
  Deciders couple;
  const auto last = [](TestPerson& person) {
    return person.engine->Ledger(person.bond(), 0)->back();
  };
  REQUIRE(couple.therapist.ProposeDaily(18 * 60, 120).ok());
  couple.SyncBoth();
  REQUIRE(couple.therapist.engine->EndRhythm(couple.therapist.bond()).ok());
  couple.SyncBoth();
  REQUIRE(last(couple.client).rhythm.has_value());
  CHECK_FALSE(last(couple.client).was_accepted);
  CHECK_FALSE(last(couple.therapist).was_accepted);

  REQUIRE(couple.therapist.ProposeDaily(6 * 60, 120).ok());
  couple.SyncBoth();
  REQUIRE(couple.client.engine->AcceptRhythm(couple.client.bond()).ok());
  couple.SyncBoth();
  CHECK(last(couple.therapist).rhythm->first % kDayMs == 6 * limits::kHourMs);
  REQUIRE(couple.client.engine->EndRhythm(couple.client.bond()).ok());
  couple.SyncBoth();
  CHECK(last(couple.therapist).was_accepted);
}

AvailabilityDraft Mornings() {
  AvailabilityDraft draft;
  draft.zone = "UTC";
  for (std::uint8_t day = 1; day <= 7; ++day) draft.hours.push_back({day, 9 * 60, 12 * 60});
  draft.reply_within_minutes = 120;
  draft.remind_before_minutes = 60;
  return draft;
}

TEST_CASE("Whoever joins later has the hours that were set for everybody") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  AvailabilityDraft draft = Mornings();
  const std::uint64_t now_ms = couple.practice.clock.wall_ms;
  draft.away = {{now_ms + 10 * kDayMs, now_ms + 20 * kDayMs},
                {now_ms + kDayMs, now_ms + 2 * kDayMs}};
  std::ranges::sort(draft.away, {}, &LocalSpan::from);
  // Before anybody is here.
  const Availability hours = couple.therapist.engine->Planned(draft).value();
  REQUIRE(couple.therapist.engine->SetStandingHours(hours).ok());
  couple.therapist.Reopen();
  CHECK(couple.therapist.engine->StandingHours().value() == hours);

  couple.practice.Pass(3 * kDayMs);
  couple.practice.Restart();
  REQUIRE(couple.client.Join(couple.therapist.Invite("Kim").value()).ok());
  for (int i = 0; i < 3; ++i) {
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.client.Sync().ok());
  }
  const auto has = couple.client.Standing().availability;
  REQUIRE(has.has_value());
  CHECK(has->hours == hours.hours);
  CHECK(has->away.size() == 1);  // the other is over
  CHECK(std::ranges::count(couple.client.LedgerKinds(), LedgerKind::kAct) == 1);

  // Hours of one's own are not touched by them.
  REQUIRE(couple.therapist.SetHours(600).ok());
  for (int i = 0; i < 3; ++i) {
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.client.Sync().ok());
  }
  CHECK(couple.client.Standing().availability->reply_within_minutes == 600);
  CHECK(std::ranges::count(couple.client.LedgerKinds(), LedgerKind::kAct) == 2);
}

TEST_CASE("Whoever joins later is proposed the rhythm that was set for that, once") {
  TestCouple couple;  // here already: it is left alone
  RhythmDraft draft;
  draft.zone = "UTC";
  draft.rule = "FREQ=WEEKLY;BYDAY=MO;COUNT=3";
  draft.at_minute = 18 * 60;
  draft.window_minutes = 60;
  const Rhythm rhythm = couple.therapist.engine->Planned(draft).value();
  CHECK(ReasonOf(couple.client.engine->SetStandingRhythm(rhythm)) == Reason::kUsage);
  REQUIRE(couple.therapist.engine->SetStandingRhythm(rhythm).ok());
  couple.therapist.Reopen();
  CHECK(couple.therapist.engine->StandingRhythm().value() == rhythm);
  couple.practice.Pass(30 * kDayMs);
  couple.practice.Restart();
  TestPerson later(couple.practice, couple.executor);
  REQUIRE(later.Join(couple.therapist.Invite("Kim").value()).ok());
  const auto meet = [&] {
    for (int i = 0; i < 3; ++i) {
      REQUIRE(couple.therapist.Sync().ok());
      REQUIRE(later.Sync().ok());
      REQUIRE(couple.client.Sync().ok());
    }
  };
  meet();
  CHECK_FALSE(couple.client.Standing().proposal.has_value());
  const auto proposed = later.Standing().proposal;
  REQUIRE(proposed.has_value());
  CHECK(proposed->rule == rhythm.rule);
  CHECK(proposed->first > rhythm.first);  // all three can still come
  CHECK(proposed->first % kDayMs == rhythm.first % kDayMs);
  CHECK_FALSE(later.Standing().rhythm.has_value());
  // A no is a no.
  REQUIRE(later.engine->EndRhythm(later.bond()).ok());
  meet();
  CHECK_FALSE(later.Standing().proposal.has_value());
  CHECK(std::ranges::count(later.LedgerKinds(), LedgerKind::kAct) == 2);

  REQUIRE(couple.therapist.engine->SetStandingRhythm(std::nullopt).ok());
  CHECK_FALSE(couple.therapist.engine->StandingRhythm().value().has_value());
  TestPerson last(couple.practice, couple.executor);
  REQUIRE(last.Join(couple.therapist.Invite("Lou").value()).ok());
  meet();
  REQUIRE(last.Sync().ok());
  CHECK_FALSE(last.Standing().proposal.has_value());
}

TEST_CASE("Without hours for everybody nothing is signed by itself") {
  TestCouple couple;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.client.Sync().ok());
  }
  CHECK_FALSE(couple.client.Standing().availability.has_value());
}

}  // namespace
}  // namespace holdfast::client
