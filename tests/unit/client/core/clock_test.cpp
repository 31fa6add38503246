// A device whose date is wrong for a while: nothing that it made meanwhile binds it once
// the date is right.
#include <algorithm>

#include "support/catch.h"
#include "support/client_world.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;

constexpr auto kDay = static_cast<std::int64_t>(limits::kDayMs);

void CheckBothWaysAfterWrongDate(bool of_therapist, std::int64_t ahead_days) {
  TestCouple couple;
  TestPerson& person = of_therapist ? couple.therapist : couple.client;
  TestPerson& other = of_therapist ? couple.client : couple.therapist;
  REQUIRE(person.Sync().ok());
  person.clock.ahead_ms = ahead_days * kDay;
  CHECK(person.Sync().ok());  // the keys that it had serve on
  CHECK_FALSE(person.TakeAlarms().empty());
  person.clock.ahead_ms = 0;
  REQUIRE(other.Note("to you").ok());
  REQUIRE(other.Sync().ok());
  REQUIRE(person.Note("from me").ok());
  REQUIRE(person.Sync().ok());
  CHECK(person.AlarmReasons().empty());
  REQUIRE(other.Sync().ok());
  CHECK(person.Texts() == Texts{"to you", "from me"});
  CHECK(other.Texts() == Texts{"to you", "from me"});
  // A session that is begun from now on uses a prekey that the practice took.
  REQUIRE(person.Sync().ok());
  EditVault(person, [](VaultChange& look) {
    const auto progress = look.Read(names::kProgress);
    REQUIRE(progress.ok());
    CHECK(progress->prekey_published());
  });
}

TEST_CASE("A date that was ahead once stops nothing once it is right, on either side") {
  for (const bool of_therapist : {false, true}) {
    for (const std::int64_t days : {8, 10, 20, 29}) {
      CAPTURE(of_therapist, days);
      CheckBothWaysAfterWrongDate(of_therapist, days);
    }
  }
}

TEST_CASE("A wrong date forgets no key that others still use") {
  TestCouple couple;
  REQUIRE(couple.therapist.Sync().ok());
  // The client writes to a device that is away, with the keys that it left behind.
  couple.practice.Pass(85 * limits::kDayMs);
  couple.RestartPractice();
  REQUIRE(couple.client.Note("while you were away").ok());
  REQUIRE(couple.client.Sync().ok());
  couple.therapist.clock.ahead_ms = 29 * kDay;
  REQUIRE(couple.therapist.Sync().ok());
  couple.therapist.clock.ahead_ms = 0;
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"while you were away"});
}

TEST_CASE("A prekey that a clock far behind made serves as long as any other") {
  TestCouple couple;
  const auto lose_sends = [](const std::string& method) {
    using Fate = DirectTransport::Fate;
    return method == "Send" ? Fate::kLoseRequest : Fate::kDeliver;
  };
  couple.therapist.clock.ahead_ms = -5 * 365 * kDay;
  couple.therapist.transport.fate = lose_sends;
  couple.therapist.Sync().IgnoreError();  // its prekey is of that time now
  REQUIRE(couple.client.Note("sealed for it").ok());
  couple.client.transport.fate = lose_sends;
  couple.client.Sync().IgnoreError();  // sealed, and then away for weeks
  couple.therapist.clock.ahead_ms = 0;
  couple.therapist.transport.fate = nullptr;
  for (int weeks = 0; weeks < 3; ++weeks) {
    couple.RestartPractice();
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    couple.practice.Pass(8 * limits::kDayMs);
  }
  couple.RestartPractice();
  couple.client.transport.fate = nullptr;
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"sealed for it"});
}

TEST_CASE("Prekeys are forgotten when nobody can use them any more, and not before") {
  TestCouple couple;
  const auto count = [&] {
    std::size_t prekeys = 0;
    EditVault(couple.therapist,
              [&](VaultChange& change) { prekeys = change.Count(names::kPrekeys).value(); });
    return prekeys;
  };
  for (int weeks = 0; weeks < 40; ++weeks) {
    couple.practice.Pass(limits::kPrekeyRotationMs);
    couple.RestartPractice();
    couple.therapist.Sync().IgnoreError();
    couple.therapist.Sync().IgnoreError();
  }
  const std::size_t whole = 1 + limits::kPrekeyRetentionMs / limits::kPrekeyRotationMs;
  const std::size_t kept = count();
  CHECK(kept >= whole);
  CHECK(kept <= whole + 2);
}

TEST_CASE("Keys that grow old while their owner is away as announced alarm nobody") {
  for (const bool announced : {false, true}) {
    CAPTURE(announced);
    TestCouple couple;
    AvailabilityDraft draft;
    draft.zone = "UTC";
    draft.hours = {{1, 9 * 60, 17 * 60}};
    draft.reply_within_minutes = 8 * 60;
    draft.remind_before_minutes = 60;
    const std::uint64_t now_ms = couple.practice.clock.wall_ms;
    if (announced) draft.away = {{now_ms + limits::kDayMs, now_ms + 50 * limits::kDayMs}};
    REQUIRE(couple.therapist.engine->SetAvailability(couple.therapist.bond(), draft).ok());
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.client.Sync().ok());
    const auto alarms_after = [&](std::uint64_t days) {
      couple.practice.Pass(days * limits::kDayMs);
      couple.RestartPractice();
      REQUIRE(couple.client.Sync().ok());
      std::size_t alarms = 0;
      for (const Alarm& alarm : couple.client.TakeAlarms()) {
        if (alarm.kind == AlarmKind::kOldKeys) ++alarms;
      }
      return alarms;
    };
    CHECK(alarms_after(40) == (announced ? 0 : 1));
    CHECK(alarms_after(20) == 0);
    CHECK(alarms_after(25) == (announced ? 1 : 0));  // back for long, and once is enough
  }
}

TEST_CASE("A client who paused for long is no alarm on the day on which the pause ends") {
  TestCouple couple;
  const std::uint64_t until_ms = couple.practice.clock.wall_ms + 40 * limits::kDayMs;
  REQUIRE(couple.client.engine->Pause(couple.client.bond(), until_ms, false).ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  const auto is_alarmed_after = [&](std::uint64_t days) {
    couple.practice.Pass(days * limits::kDayMs);
    couple.RestartPractice();
    couple.therapist.Sync().IgnoreError();
    const auto alarms = couple.therapist.TakeAlarms();
    return std::ranges::any_of(
        alarms, [](const Alarm& alarm) { return alarm.kind == AlarmKind::kOldKeys; });
  };
  CHECK_FALSE(is_alarmed_after(35));
  CHECK_FALSE(is_alarmed_after(10));  // over since five days
  CHECK(is_alarmed_after(40));
}

TEST_CASE("Beacons go on after one that was sealed at a date that was ahead") {
  TestCouple couple;
  couple.client.clock.ahead_ms = 20 * kDay;
  REQUIRE(couple.client.Sync().ok());
  couple.client.clock.ahead_ms = 0;
  REQUIRE(couple.client.Sync().ok());
  couple.practice.Pass(2 * limits::kDayMs);
  couple.RestartPractice();
  const std::uint64_t before_ms = couple.practice.clock.wall_ms;
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  // The day's beacon: a sign that the client's device is there.
  CHECK(couple.therapist.engine->Bonds()->front().last_heard_ms >= before_ms);
}

TEST_CASE("What was opened at a date that was ahead is told once it is right") {
  TestCouple couple;
  REQUIRE(couple.therapist.Note("read this").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  couple.client.clock.ahead_ms = 20 * kDay;
  REQUIRE(couple.client.engine->MarkOpened(couple.client.Messages().front().id).ok());
  REQUIRE(couple.client.Sync().ok());  // the receipt is not taken at this date
  couple.client.clock.ahead_ms = 0;
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  const MessageView theirs = couple.therapist.Messages().front();
  CHECK(theirs.state == MessageState::kOpened);
  CHECK(theirs.state_since_ms <= couple.practice.clock.wall_ms);
}

TEST_CASE("A note that was written ahead at a wrong date is sealed again and comes in its time") {
  TestCouple couple;
  couple.client.clock.ahead_ms = 20 * kDay;
  const std::uint64_t at_ms = couple.practice.clock.wall_ms + 30 * limits::kDayMs;
  const auto id = couple.client.Ahead("for then", {ReleaseWhen::kAtTime, at_ms, SlotId()});
  REQUIRE(id.ok());
  REQUIRE(couple.client.Sync().ok());  // kept: the practice does not take it at this date
  CHECK(couple.client.StateOf(*id) == MessageState::kQueued);
  couple.client.clock.ahead_ms = 0;
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.engine->Message(id->hex())->refusal.empty());
  CHECK(couple.client.StateOf(*id) == MessageState::kStored);
  couple.practice.Pass(31 * limits::kDayMs);
  couple.RestartPractice();
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"for then"});
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("What was decided at a wrong date is signed again once it is right") {
  TestCouple couple;
  couple.client.transport.away = true;
  couple.client.clock.ahead_ms = 20 * kDay;
  const std::uint64_t until_ms = couple.practice.clock.wall_ms + 40 * limits::kDayMs;
  const auto id = couple.client.engine->Pause(couple.client.bond(), until_ms);
  REQUIRE(id.ok());
  couple.client.transport.away = false;
  couple.client.clock.ahead_ms = 0;
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Standing().paused_until_ms == until_ms);
  CHECK(WaitingActs(couple.client) == 0);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Standing().paused_until_ms == until_ms);
}

TEST_CASE("Hours that were set at a wrong date go out with the zone as it is now") {
  TestCouple couple;
  Zone& zone = couple.therapist.zones.zones["UTC"];
  zone.changes = {{couple.practice.clock.wall_ms + 10 * limits::kDayMs, 3600}};
  couple.therapist.transport.away = true;
  couple.therapist.clock.ahead_ms = 20 * kDay;
  REQUIRE(couple.therapist.SetHours(8 * 60).ok());
  couple.therapist.transport.away = false;
  couple.therapist.clock.ahead_ms = 0;
  REQUIRE(couple.therapist.Sync().ok());
  const auto availability = couple.therapist.Standing().availability;
  REQUIRE(availability.has_value());
  CHECK(availability->zone.changes.size() == 1);
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("Enrolling at a wrong date goes through once the date is right") {
  TestCouple couple(false);
  const std::string code = couple.AddTherapist();
  couple.therapist.clock.ahead_ms = 20 * kDay;
  CHECK(ReasonOf(couple.therapist.Enroll(code).status()) == Reason::kTimeOutOfRange);
  couple.therapist.clock.ahead_ms = 0;
  const auto enrolled = couple.therapist.Enroll(code);
  REQUIRE(enrolled.ok());
  CHECK_FALSE(enrolled->recovery_code.empty());
  CHECK(couple.therapist.Sync().ok());
}

TEST_CASE("Joining at a wrong date goes through once the date is right") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  const auto invitation = couple.therapist.Invite("Anna");
  REQUIRE(invitation.ok());
  SECTION("everything was made at that date") {}
  SECTION("only the answer was") {
    couple.client.transport.away = true;
    CHECK_FALSE(couple.client.Join(*invitation).ok());
    couple.client.transport.away = false;
  }
  couple.client.clock.ahead_ms = 8 * kDay;
  CHECK(ReasonOf(couple.client.Join(*invitation).status()) == Reason::kTimeOutOfRange);
  couple.client.clock.ahead_ms = 0;
  REQUIRE(couple.client.Join(*invitation).ok());
  REQUIRE(couple.client.Note("here").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"here"});
}

TEST_CASE("An account that the practice took outlives a lost answer and a clock that is set back") {
  TestCouple couple(false);
  const std::string code = couple.AddTherapist();
  couple.therapist.transport.fate = [](const std::string& method) {
    return method == "EnrollTherapist" ? DirectTransport::Fate::kLoseResponse
                                       : DirectTransport::Fate::kDeliver;
  };
  CHECK_FALSE(couple.therapist.Enroll(code).ok());
  couple.therapist.transport.fate = nullptr;
  couple.therapist.clock.ahead_ms = -30 * kDay;
  (void)couple.therapist.Enroll(code);
  couple.therapist.clock.ahead_ms = 0;
  REQUIRE(couple.therapist.Enroll(code).ok());
}

TEST_CASE("A message that was written before 2020 by a wrong date goes out with a right one") {
  TestCouple couple;
  SetTo1970(couple, couple.client);
  REQUIRE(couple.client.Note("one").ok());
  CHECK_FALSE(couple.client.Sync().ok());  // no practice proves itself at that date
  couple.client.clock.ahead_ms = 0;
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"one"});
}

TEST_CASE("What a wrong date noted is not shown as the future") {
  TestCouple couple;
  REQUIRE(couple.therapist.Note("read this").ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.client.clock.ahead_ms = 6 * kDay;  // no prekey is due yet
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.engine->MarkOpened(couple.client.Messages().front().id).ok());
  couple.client.clock.ahead_ms = 0;
  const std::uint64_t now_ms = couple.practice.clock.wall_ms;
  CHECK(couple.client.engine->Bonds()->front().last_heard_ms <= now_ms);
  CHECK(couple.client.Messages().front().state_since_ms <= now_ms);
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  const MessageView theirs = couple.therapist.Messages().front();
  CHECK(theirs.state == MessageState::kOpened);
  CHECK(theirs.state_since_ms <= now_ms);
}

TEST_CASE("A watch whose clock is set back goes on in seconds, not in weeks") {
  TestCouple couple;
  std::vector<absl::Status> said;
  couple.client.clock.ahead_ms = 20 * kDay;
  couple.client.engine->Watch(
      {[] {}, [&said](const absl::Status& status) { said.push_back(status); }});
  couple.executor.RunFor(1000);
  couple.client.transport.away = true;
  couple.client.transport.Break();
  couple.executor.RunFor(1000);
  couple.client.clock.ahead_ms = 0;
  couple.client.transport.away = false;
  couple.executor.RunFor(2 * limits::kMinuteMs);
  REQUIRE_FALSE(said.empty());
  CHECK(said.back().ok());
  REQUIRE(couple.client.Note("through").ok());
  couple.executor.RunFor(limits::kMinuteMs);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"through"});
}

}  // namespace
}  // namespace holdfast::client
