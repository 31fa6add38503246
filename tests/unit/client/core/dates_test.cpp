// Everything that a person can do, done while their device shows a wrong date: once the
// date is right, nothing is lost, nothing sticks, and it can be done.
#include <array>

#include "client/core/ledger/ledger_export.h"
#include "client/core/outside/limits.h"
#include "client/core/reading/overview.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using limits::kDayMs;
using limits::kHourMs;

struct WrongDate {
  const char* name;
  std::uint64_t at_ms = 0;    // 0: by `ahead_ms`
  std::int64_t ahead_ms = 0;  // against the right date
};

constexpr std::array kWrongDates = {
    WrongDate{"1970", 1'000'000, 0},
    WrongDate{"2016", 1'456'000'000'000, 0},
    WrongDate{"2021", 1'620'000'000'000, 0},
    WrongDate{"two days back", 0, -2 * static_cast<std::int64_t>(kDayMs)},
    WrongDate{"20 days ahead", 0, 20 * static_cast<std::int64_t>(kDayMs)},
    WrongDate{"2039", 2'180'000'000'000, 0},
};

void Set(TestCouple& couple, TestPerson& person, const WrongDate& date) {
  person.clock.ahead_ms = date.at_ms == 0
                              ? date.ahead_ms
                              : static_cast<std::int64_t>(date.at_ms) -
                                    static_cast<std::int64_t>(couple.practice.clock.wall_ms);
}

// A bond in full use: hours, a rhythm that is accepted and a proposal that is not, a
// check-in that waits for its reply, and a reply that the client has not opened.
struct InUse : TestCouple {
  InUse() {
    REQUIRE(therapist.SetHours(8 * 60).ok());
    REQUIRE(therapist.ProposeDaily(18 * 60, 120).ok());
    SyncBoth();
    REQUIRE(client.engine->AcceptRhythm(client.bond()).ok());
    answered = client.CheckIn("before").value();
    SyncBoth();
    reply = therapist.Reply(answered, "an answer").value();
    asked = client.CheckIn("and what of this?").value();
    SyncBoth();
    REQUIRE(client.engine->MarkRupture(reply, "hard to read").ok());
    REQUIRE(therapist.ProposeDaily(9 * 60, 120).ok());
    ahead = client.Ahead("for later", {ReleaseWhen::kAtTime, Now() + 300 * kDayMs, {}}).value();
    SyncBoth();
    SyncBoth();
  }
  void SyncBoth() {
    REQUIRE(therapist.Sync().ok());
    REQUIRE(client.Sync().ok());
    REQUIRE(therapist.Sync().ok());
  }
  // Marks go with the signs of the day.
  void NextDay() {
    practice.clock.Advance(limits::kSignMs + limits::kMinuteMs);
    RestartPractice();
    SyncBoth();
  }
  std::uint64_t Now() const { return practice.clock.wall_ms; }

  EnvelopeId answered, reply, asked, ahead;
};

struct Deed {
  const char* name;
  bool of_therapist;
  std::function<absl::Status(InUse&)> act;
  // Both sides show it.
  std::function<bool(InUse&)> happened;
};

bool BothHave(InUse& couple, const std::string& text) {
  const auto has = [&](TestPerson& person) {
    const auto texts = person.Texts();
    return std::ranges::count(texts, text) == 1;
  };
  return has(couple.client) && has(couple.therapist);
}

// Whether `holds` is so for both.
std::function<bool(InUse&)> Both(std::function<bool(const StandingView&)> holds) {
  return [holds](InUse& couple) {
    return holds(couple.client.Standing()) && holds(couple.therapist.Standing());
  };
}

using Status = absl::Status;

std::vector<Deed> WritingDeeds() {
  return {
      {"checkin", false, [](InUse& c) -> Status { return c.client.CheckIn("done").status(); },
       [](InUse& c) { return BothHave(c, "done"); }},
      {"send", false, [](InUse& c) -> Status { return c.client.Note("done").status(); },
       [](InUse& c) { return BothHave(c, "done"); }},
      {"send of a therapist", true,
       [](InUse& c) -> Status { return c.therapist.Note("done").status(); },
       [](InUse& c) { return BothHave(c, "done"); }},
      {"reply", true,
       [](InUse& c) -> Status { return c.therapist.Reply(c.asked, "done").status(); },
       [](InUse& c) { return BothHave(c, "done") && c.client.Standing().promises.empty(); }},
      {"landed", false,
       [](InUse& c) -> Status { return c.client.engine->MarkRupture(c.answered, "done"); },
       [](InUse& c) {
         c.NextDay();
         return c.therapist.engine->OpenRuptures()->size() == 2;
       }},
      {"landed --close", false,
       [](InUse& c) -> Status { return c.client.engine->CloseRupture(c.reply); },
       [](InUse& c) {
         c.NextDay();
         return c.therapist.engine->OpenRuptures()->empty();
       }},
      {"show", false, [](InUse& c) -> Status { return c.client.engine->MarkOpened(c.reply); },
       [](InUse& c) { return c.therapist.StateOf(c.reply) == MessageState::kOpened; }},
      {"drafts", false,
       [](InUse& c) -> Status {
         auto content = std::make_shared<v1::Content>();
         content->mutable_note()->set_text("done");
         Draft draft{c.client.bond(), Kind::kNote, {}, content};
         const auto kept = c.client.engine->KeepDraft(draft);
         if (!kept.ok()) return kept.status();
         draft.kept = *kept;
         return c.client.engine->Write(draft).status();
       },
       [](InUse& c) { return BothHave(c, "done") && c.client.engine->Drafts()->empty(); }},
  };
}

std::vector<Deed> DecidingDeeds() {
  return {
      {"pause", false,
       [](InUse& c) -> Status {
         return c.client.engine->Pause(c.client.bond(), c.Now() + 40 * kDayMs).status();
       },
       Both([](const StandingView& view) { return view.paused_until_ms.has_value(); })},
      {"rhythm accept", false,
       [](InUse& c) -> Status { return c.client.engine->AcceptRhythm(c.client.bond()).status(); },
       Both([](const StandingView& view) { return view.rhythm && view.rhythm->number == 2; })},
      {"rhythm end", false,
       [](InUse& c) -> Status { return c.client.engine->EndRhythm(c.client.bond()).status(); },
       Both([](const StandingView& view) { return !view.rhythm; })},
      {"rhythm propose", true,
       [](InUse& c) -> Status { return c.therapist.ProposeDaily(7 * 60, 60).status(); },
       Both([](const StandingView& view) { return view.proposal && view.proposal->number == 3; })},
      {"availability set", true,
       [](InUse& c) -> Status { return c.therapist.SetHours(4 * 60).status(); },
       Both([](const StandingView& view) {
         return view.availability->reply_within_minutes == 4 * 60;
       })},
      {"promise move", true,
       [](InUse& c) -> Status {
         return c.therapist.engine->Reschedule(c.asked, c.Now() + 60 * kHourMs).status();
       },
       Both([](const StandingView& view) {
         return view.promises.size() == 1 &&
                view.promises.front().line.due_at_ms >
                    view.promises.front().line.made_at_ms + 50 * kHourMs;
       })},
  };
}

std::vector<Deed> OtherDeeds() {
  return {
      {"ahead", false,
       [](InUse& c) -> Status {
         return c.client.Ahead("done", {ReleaseWhen::kAtTime, c.Now() + 30 * kDayMs, {}}).status();
       },
       [](InUse& c) {
         const auto messages = c.client.Messages();
         return std::ranges::any_of(messages, [](const MessageView& message) {
           return message.ahead && TextOf(message) == "done" &&
                  message.state == MessageState::kStored;
         });
       }},
      {"ahead withdraw", false,
       [](InUse& c) -> Status { return c.client.engine->Withdraw(c.ahead); },
       [](InUse& c) { return c.client.StateOf(c.ahead) == MessageState::kWithdrawn; }},
      {"invite", true, [](InUse& c) -> Status { return c.therapist.Invite("Lea").status(); },
       [](InUse& c) { return c.therapist.engine->Invitations()->size() == 1; }},
      {"end", false,
       [](InUse& c) -> Status { return c.client.engine->EndBond(c.client.bond()).status(); },
       Both([](const StandingView& view) { return view.ended; })},
      {"sync", false, [](InUse& c) -> Status { return c.client.Sync().status(); },
       [](InUse&) { return true; }},
      {"sync of a therapist", true, [](InUse& c) -> Status { return c.therapist.Sync().status(); },
       [](InUse&) { return true; }},
  };
}

// Looking works at any date.
void CheckReads(TestPerson& person) {
  CHECK(person.engine->Messages({}).ok());
  CHECK(person.engine->Bonds().ok());
  CHECK(person.engine->BondsByNeed().ok());
  CHECK(person.engine->OpenRuptures().ok());
  CHECK(person.engine->Standing(person.bond()).ok());
  CHECK(person.engine->ExportLedger(person.bond()).ok());
  CHECK(person.engine->Drafts().ok());
  CHECK(person.engine->Openings(person.bond()).ok());
}

void CheckGoesOn(InUse& couple, bool ended) {
  if (!ended) {
    REQUIRE(couple.client.Note("from the client").ok());
    REQUIRE(couple.therapist.Note("from the therapist").ok());
  }
  couple.SyncBoth();
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    CHECK(person->engine->Queued().value() == 0);
    CHECK(person->Standing().waiting.empty());
    CHECK_FALSE(person->Standing().doubted);
    CHECK(person->TakeAlarms().empty());
  }
  if (ended) return;
  CHECK(BothHave(couple, "from the client"));
  CHECK(BothHave(couple, "from the therapist"));
}

void DoAtWrongDate(const Deed& deed, const WrongDate& date) {
  CAPTURE(deed.name, date.name);
  InUse couple;
  TestPerson& person = deed.of_therapist ? couple.therapist : couple.client;
  Set(couple, person, date);
  const absl::Status done = deed.act(couple);
  CheckReads(person);
  person.Sync().IgnoreError();
  person.Reopen();
  person.Sync().IgnoreError();
  CheckReads(person);
  person.clock.ahead_ms = 0;
  couple.SyncBoth();
  couple.SyncBoth();
  // What was refused is done again; what was kept has gone out by itself, or says why not.
  if (!deed.happened(couple)) {
    bool refused = !done.ok();
    for (const ActView& waiting : person.Standing().waiting) {
      refused = refused || !waiting.refusal.empty();
    }
    CHECK(refused);
    REQUIRE(person.engine->ForgetRefused().ok());
    CHECK(deed.act(couple).ok());
    couple.SyncBoth();
    CHECK(deed.happened(couple));
  }
  person.TakeAlarms();  // that the date was wrong
  CheckGoesOn(couple, couple.client.Standing().ended);
}

TEST_CASE("Whatever is done at a wrong date, nothing is lost and nothing sticks once it is right") {
  for (const auto& deeds : {WritingDeeds(), DecidingDeeds(), OtherDeeds()}) {
    for (const Deed& deed : deeds) {
      for (const WrongDate& date : kWrongDates) DoAtWrongDate(deed, date);
    }
  }
}

TEST_CASE(
    "An account that was begun at a wrong date is made, and its bond formed, at the right one") {
  for (const WrongDate& date : kWrongDates) {
    CAPTURE(date.name);
    TestCouple couple(false);
    const std::string code = couple.AddTherapist();
    Set(couple, couple.therapist, date);
    (void)couple.therapist.Enroll(code);
    couple.therapist.clock.ahead_ms = 0;
    REQUIRE(couple.therapist.Enroll(code).ok());
    const auto invitation = couple.therapist.Invite("Kim");
    REQUIRE(invitation.ok());
    Set(couple, couple.client, date);
    (void)couple.client.Join(*invitation);
    couple.client.clock.ahead_ms = 0;
    REQUIRE(couple.client.Join(*invitation).ok());
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.client.Note("here").ok());
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(couple.therapist.Texts() == std::vector<std::string>{"here"});
  }
}

}  // namespace
}  // namespace holdfast::client
