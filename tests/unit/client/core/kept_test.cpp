// Nothing is kept that could not be read again: not what is refused, not what was decided
// at an impossible date, not what others say in words that are none.
#include "client/core/vault/alarms.h"
#include "support/catch.h"
#include "support/client_world.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

// One line of what doctor finds is not good.
bool FindsFault(TestPerson& person, TestExecutor& executor, FindingKind kind) {
  bool found = false;
  person.engine->Examine([&](absl::StatusOr<std::vector<Engine::Finding>> findings) {
    REQUIRE(findings.ok());
    for (const Engine::Finding& finding : *findings) {
      found = found || (!finding.good && finding.kind == kind);
    }
  });
  executor.RunReady();
  return found;
}

TEST_CASE("No account is made at a date before 2020") {
  TestCouple couple(false);
  const std::string code = couple.AddTherapist();
  SetTo1970(couple, couple.therapist);
  const auto enrolled = couple.therapist.Enroll(code);
  CHECK(ReasonOf(enrolled.status()) == Reason::kTimeOutOfRange);
  CHECK(enrolled.status().message().find("Set its date") != absl::string_view::npos);
  couple.therapist.clock.ahead_ms = 0;
  CHECK(couple.therapist.Enroll(code).ok());
}

TEST_CASE("At a date before 2020 nothing is decided, and nothing of it is kept") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(8 * 60).ok());
  REQUIRE(couple.therapist.ProposeDaily(18 * 60, 60).ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  const auto refused = [](const absl::Status& status) {
    CHECK(ReasonOf(status) == Reason::kTimeOutOfRange);
    CHECK(status.message().find("Set its date") != absl::string_view::npos);
  };
  const BondId bond = couple.client.bond();
  const std::uint64_t soon_ms = couple.practice.clock.wall_ms + limits::kDayMs;
  for (TestPerson* person : {&couple.client, &couple.therapist}) SetTo1970(couple, *person);
  Engine& client = *couple.client.engine;
  Engine& therapist = *couple.therapist.engine;
  refused(client.AcceptRhythm(bond).status());
  refused(client.Pause(bond, limits::kTimeMinMs).status());
  refused(client.Pause(bond, soon_ms).status());
  refused(client.EndRhythm(bond).status());
  refused(client.EndBond(bond).status());
  refused(couple.therapist.SetHours(4 * 60).status());
  refused(couple.therapist.ProposeDaily(9 * 60, 60).status());
  refused(therapist.EndRhythm(bond).status());
  refused(couple.client.Ahead("x", {ReleaseWhen::kAtTime, soon_ms, SlotId()}).status());
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    CHECK(WaitingActs(*person) == 0);
    person->clock.ahead_ms = 0;
    CHECK(person->Sync().ok());
    CHECK(person->AlarmReasons().empty());
  }
  CHECK(client.AcceptRhythm(bond).ok());
  CHECK(couple.client.Sync().ok());
  CHECK(couple.client.Standing().rhythm.has_value());
}

TEST_CASE("A promise is not moved to when it is due already, and nothing of that is kept") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(8 * 60).ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  const auto id = couple.client.CheckIn("please");
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  const std::uint64_t to_ms = couple.practice.clock.wall_ms + 20 * limits::kHourMs;
  const auto again = [&] {
    const absl::Status status = couple.therapist.engine->Reschedule(*id, to_ms).status();
    CHECK(ReasonOf(status) == Reason::kUsage);
    CHECK(status.message().find("due then already") != absl::string_view::npos);
  };
  REQUIRE(couple.therapist.engine->Reschedule(*id, to_ms).ok());
  again();  // while it waits
  REQUIRE(couple.therapist.engine->Reschedule(*id, to_ms + limits::kHourMs).ok());
  REQUIRE(couple.therapist.engine->Reschedule(*id, to_ms).ok());
  REQUIRE(couple.therapist.Sync().ok());
  again();  // and when it was taken
  CHECK(WaitingActs(couple.therapist) == 0);
  CHECK(couple.therapist.Standing().promises.at(0).line.due_at_ms == to_ms);
  REQUIRE(couple.therapist.Reply(*id, "here").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.StateOf(*id) == MessageState::kAnswered);
}

TEST_CASE("A decision that cannot be read is set aside and said, and the rest goes on") {
  TestCouple couple;
  REQUIRE(couple.client.engine
              ->Pause(couple.client.bond(), couple.practice.clock.wall_ms + 9 * limits::kDayMs)
              .ok());
  EditVault(couple.client, [](VaultChange& change) {
    auto record = change.Read(names::Act(0));
    REQUIRE(record.ok());
    // Made at a date that nobody reads, as an earlier version kept it.
    const auto act = DecodeAct(record->act().statement());
    REQUIRE(act.ok());
    Act before_2020 = *act;
    before_2020.made_at_ms = 1000;
    record->mutable_act()->set_statement(EncodeAct(before_2020));
    change.Put(names::Act(7), *record);
  });
  CHECK(WaitingActs(couple.client) == 1);
  CHECK(FindsFault(couple.client, couple.executor, FindingKind::kDecisionsUnreadable));
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.AlarmReasons() == std::vector{Reason::kVaultDamaged});
  CHECK(WaitingActs(couple.client) == 0);
  CHECK(couple.client.Standing().paused_until_ms.has_value());
  CHECK(FindsFault(couple.client, couple.executor, FindingKind::kDecisionsUnreadable));
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.AlarmReasons().empty());  // said once
  CHECK(couple.client.engine->Resume(couple.client.bond()).ok());
}

TEST_CASE("A refusal in words that are no text leaves a vault that can be read") {
  const std::string no_text = "not \xff this \xc3";
  TestCouple couple;
  couple.client.transport.refusal = [&](const std::string& method) {
    return method == "Send" || method == "Perform"
               ? Refuse(Reason::kNotPermitted, "header", no_text)
               : absl::OkStatus();
  };
  const auto id = couple.client.Note("one");
  REQUIRE(id.ok());
  const std::uint64_t soon_ms = couple.practice.clock.wall_ms + limits::kDayMs;
  REQUIRE(couple.client.engine->Pause(couple.client.bond(), soon_ms).ok());
  REQUIRE(couple.client.Ahead("two", {ReleaseWhen::kAtTime, soon_ms, SlotId()}).ok());
  REQUIRE(couple.client.Sync().ok());
  couple.client.Reopen();
  CHECK(couple.client.engine->Message(id->hex())->refusal == "header: not ? this ?");
  CHECK(couple.client.Messages().size() == 2);
  CHECK(couple.client.Standing().waiting.at(0).refusal == "header: not ? this ?");
  CHECK_FALSE(FindsFault(couple.client, couple.executor, FindingKind::kVaultDamaged));
}

TEST_CASE("The recovery code stays until something was written, whatever was refused before") {
  TestCouple couple(false);
  const std::string code = couple.AddTherapist();
  const auto enrolled = couple.therapist.Enroll(code);
  REQUIRE(enrolled.ok());
  REQUIRE_FALSE(enrolled->recovery_code.empty());
  auto content = std::make_shared<v1::Content>();
  content->mutable_note()->set_text("to nobody");
  CHECK_FALSE(couple.therapist.engine->Write({std::nullopt, Kind::kNote, {}, content}).ok());
  CHECK_FALSE(couple.therapist.Invite(std::string(200, 'x')).ok());
  CHECK_FALSE(couple.therapist.Invite("Kim", 1).ok());
  CHECK(couple.therapist.Enroll(code)->recovery_code == enrolled->recovery_code);
  REQUIRE(couple.therapist.Invite("Kim").ok());
  CHECK(couple.therapist.Enroll(code)->recovery_code.empty());
}

TEST_CASE("Alarms are told once, whatever is written while they are") {
  TestCouple couple;
  EditVault(couple.client, [](VaultChange& change) {
    REQUIRE(RaiseAlarm(change, 1, Reason::kIntegrity, std::nullopt, AlarmKind::kNoMessage).ok());
  });
  std::size_t told = 0;
  CHECK(couple.client.engine
            ->TellAlarms([&](const std::vector<Alarm>& alarms) {
              told += alarms.size();
              REQUIRE(couple.client.Note("meanwhile").ok());
            })
            .ok());
  CHECK(told == 1);
  CHECK(couple.client.TakeAlarms().empty());
  CHECK(couple.client.Texts().size() == 1);
}

TEST_CASE("A record that would not be read again is not written, nor what goes with it") {
  TestCouple couple;
  couple.client.Stop();
  auto vault = Vault::Open(couple.client.Key(), couple.client.storage);
  REQUIRE(vault.ok());
  VaultChange change(**vault);
  vault::Reminder other;
  change.Put(names::Reminder(1), other);
  vault::Alarm alarm;
  alarm.set_text("\xff");
  change.Put(names::Alarm(900), alarm);
  CHECK(ReasonOf(change.Commit()) == Reason::kInternal);
  const VaultReader look(**vault);
  CHECK_FALSE(look.Find(names::Reminder(1))->has_value());
  CHECK_FALSE(look.Find(names::Alarm(900))->has_value());
}

}  // namespace
}  // namespace holdfast::client
