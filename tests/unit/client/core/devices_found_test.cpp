// What the simulation and other tests of several devices found, as small as it can be told.
#include "crypto/link_code.h"
#include "crypto/public/practice.h"
#include "crypto/recovery_code.h"
#include "unit/client/core/several_devices.h"

namespace holdfast::client {

// The account that it seals has no key to the archive as it goes on: a device that came by it
// would see no bond.
TEST_CASE("A link code from before a device was unlinked makes no device, and says so") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Link();
  all.Settle({&couple.client, &all.second}, 1);
  const auto before = couple.client.MakeLink(couple.client_code);
  REQUIRE(before.ok());
  REQUIRE(couple.client.Unlink(OtherDevice(couple.client), couple.client_code).ok());
  TestPerson third(couple.practice, couple.executor);
  const Reason reason = ReasonOf(third.Link(*before).status());
  CHECK((reason == Reason::kLinkExpired || reason == Reason::kLinkUnknown));
  CHECK_FALSE(third.engine->has_account());
  all.Link(third);
  CHECK(third.engine->Bonds()->size() == 1);
  CheckCalm(third);
}

// Whoever follows learns of a device that was linked meanwhile from its first message.
TEST_CASE("A link that was taken goes on after its hour, though the answer was lost") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto code = couple.client.MakeLink(couple.client_code);
  REQUIRE(code.ok());
  all.second.transport.fate = [](const std::string& method) {
    return method == "ChangeAccount" ? DirectTransport::Fate::kLoseResponse
                                     : DirectTransport::Fate::kDeliver;
  };
  REQUIRE_FALSE(all.second.Link(*code).ok());
  all.second.transport.fate = nullptr;
  couple.practice.Pass(limits::kLinkMsMax + limits::kHourMs);
  const auto linked = all.second.Link(*code);
  INFO(linked.status());
  REQUIRE(linked.ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(DeviceCount(couple.client) == 2);
  CHECK(DeviceCount(all.second) == 2);
}

// The practice may have kept what the same code opened then.
TEST_CASE("A practice that shows an account as before 0.2.0 brings no earlier list back") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  v1::NewDeviceResponse earlier;
  couple.client.transport.on_response = [&](const std::string& method,
                                            google::protobuf::Message& response) {
    if (method == "GetRecovery") earlier.CopyFrom(response);
  };
  all.Link();
  couple.client.transport.on_response = nullptr;
  all.Settle({&couple.client, &all.second, &couple.therapist});
  REQUIRE(couple.client.Unlink(OtherDevice(couple.client), couple.client_code).ok());
  const crypto::RecoveryKeys keys =
      crypto::DeriveRecoveryKeys(crypto::DecodeRecoveryCode(couple.client_code).value());
  const auto stated = crypto::DecodeAccount(earlier.account().statement());
  REQUIRE(stated.ok());
  const auto account = crypto::OpenAccount(keys.account, earlier.sealed_account(), stated->account);
  REQUIRE(account.ok());
  earlier.set_sealed_account(crypto::SealAccountKey(keys.wrap, account->account));
  earlier.clear_recovery();
  couple.client.transport.on_response = [&](const std::string& method,
                                            google::protobuf::Message& response) {
    if (method == "GetRecovery") response.CopyFrom(earlier);
  };
  const auto made = couple.client.NewCode(couple.client_code);
  CHECK(ReasonOf(made.status()) == Reason::kIntegrity);
  couple.client.transport.on_response = nullptr;
  CHECK(DeviceCount(couple.client) == 1);
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.NewCode(couple.client_code).ok());
  CHECK(ReasonOf(all.second.Sync().status()) == Reason::kDeviceUnlinked);
}

TEST_CASE("A message of a device that was linked during a watch is opened by the first one") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto code = couple.client.MakeLink(couple.client_code);
  REQUIRE(code.ok());
  couple.client.engine->Watch({});
  couple.executor.RunFor(limits::kSecondMs);
  REQUIRE(all.second.Link(*code).ok());
  REQUIRE(all.second.Note("from the new one").ok());
  REQUIRE(all.second.Sync().ok());
  couple.executor.RunFor(limits::kSecondMs);
  couple.client.engine->StopWatching();
  CHECK(couple.client.Texts() == std::vector<std::string>{"from the new one"});
  CheckCalm(couple.client);
}

TEST_CASE("Where both sides have two devices, nobody takes the other side's list for their own") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Link();
  TestPerson other(couple.practice, couple.executor);
  const auto code = couple.therapist.MakeLink(couple.therapist_code);
  REQUIRE(code.ok());
  REQUIRE(other.Link(*code).ok());
  const std::vector<TestPerson*> people = {&couple.client, &all.second, &couple.therapist, &other};
  all.Settle(people);
  for (TestPerson* person : people) REQUIRE(person->Note("to everybody").ok());
  all.Settle(people);
  for (TestPerson* person : people) {
    CHECK(person->Texts().size() == 4);
    CheckCalm(*person);
  }
}

TEST_CASE(
    "The other side's older list of a restored practice is passed over, whoever comes first") {
  const bool several_behind = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto backup = couple.practice.rows();
  all.Link();
  TestPerson third(couple.practice, couple.executor);
  if (several_behind) all.Link(third);
  REQUIRE(couple.client.Note("lost by the practice").ok());
  all.Settle({&couple.client, &couple.therapist}, 2);
  REQUIRE(couple.therapist.Note("and this").ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  for (int i = 0; i < 4; ++i) {
    for (TestPerson* person : {&couple.therapist, &couple.client, &all.second}) {
      person->Sync().IgnoreError();
    }
  }
  CheckCalm(couple.therapist, true);
  CheckCalm(couple.client, true);
}

TEST_CASE("A device whose prekey is due after another one was linked goes on") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Link();
  couple.practice.Pass(limits::kPrekeyRotationMs + limits::kHourMs);
  REQUIRE(couple.client.Note("after a week").ok());
  const auto synced = couple.client.Sync();
  INFO(synced.status());
  CHECK(synced.ok());
  all.Settle({&couple.therapist, &couple.client, &all.second});
  CHECK(couple.therapist.Texts() == std::vector<std::string>{"after a week"});
}

// Nor is one that a crash kept from going out before the other device was linked.
TEST_CASE("A prekey that was made before another device was linked is made again") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto code = couple.client.MakeLink(couple.client_code);
  REQUIRE(code.ok());
  couple.practice.Pass(limits::kHourMs / 2);
  couple.client.clock.ahead_ms = limits::kPrekeyRotationMs;
  couple.client.transport.fate = [](const std::string& method) {
    return method == "PublishPrekey" ? DirectTransport::Fate::kLoseRequest
                                     : DirectTransport::Fate::kDeliver;
  };
  CHECK_FALSE(couple.client.Sync().ok());
  couple.client.transport.fate = nullptr;
  couple.client.clock.ahead_ms = 0;
  REQUIRE(all.second.Link(*code).ok());
  couple.practice.Pass(limits::kPrekeyRotationMs);
  const auto synced = couple.client.Sync();
  INFO(synced.status());
  CHECK(synced.ok());
}

// Its chain begins with the first message that comes, whatever its place.
TEST_CASE("What comes by a key told later stands before what came first, and is no alarm") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.client.Note("to the lost one").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(all.second.Recover(couple.therapist_code).ok());
  REQUIRE(couple.client.Note("to both").ok());
  all.Settle({&couple.client, &all.second});
  CHECK(SortedTexts(all.second) == std::vector<std::string>{"to both", "to the lost one"});
  for (const Alarm& alarm : all.second.TakeAlarms()) {
    INFO(AlarmText(alarm));
    CHECK(alarm.kind == AlarmKind::kHistoryLocked);
  }
}

// The invitation's secret may not be in the archive yet when the answer comes.
TEST_CASE("An invitation that another device of the account made is answered without an alarm") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto code = couple.therapist.MakeLink(couple.therapist_code);
  REQUIRE(code.ok());
  REQUIRE(all.second.Link(*code).ok());
  all.Settle({&couple.therapist, &all.second}, 2);
  const auto invitation = couple.therapist.Invite("Lea");
  REQUIRE(invitation.ok());
  TestPerson lea(couple.practice, couple.executor);
  REQUIRE(lea.Join(*invitation).ok());
  REQUIRE(lea.Note("hello").ok());
  REQUIRE(lea.Sync().ok());
  REQUIRE(all.second.Sync().ok());
  CheckCalm(all.second);
  all.Settle({&couple.therapist, &all.second}, 2);
  CHECK(couple.therapist.engine->Bonds()->size() == 2);
  CHECK(all.second.engine->Bonds()->size() == 2);
  CHECK(couple.therapist.Texts() == std::vector<std::string>{"hello"});
  CHECK(all.second.Texts() == std::vector<std::string>{"hello"});
  CheckCalm(couple.therapist);
  CheckCalm(all.second);
}

// The answer was for the mailbox of the lost one, which never looked.
TEST_CASE("A bond that was formed while the lost device was away is on the one that replaces it") {
  const bool has_written = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto invitation = couple.therapist.Invite("Lea");
  REQUIRE(invitation.ok());
  TestPerson lea(couple.practice, couple.executor);
  REQUIRE(lea.Join(*invitation).ok());
  if (has_written) REQUIRE(lea.Note("hello").ok());
  REQUIRE(lea.Sync().ok());
  REQUIRE(all.second.Recover(couple.therapist_code).ok());
  const auto bonds = all.second.engine->Bonds();
  REQUIRE(bonds->size() == 2);
  CHECK(std::ranges::count(*bonds, "Lea", &BondView::label) == 1);
  if (!has_written) REQUIRE(lea.Note("hello").ok());
  couple.practice.Pass(limits::kHourMs);
  all.Settle({&lea, &all.second, &couple.client});
  CHECK(all.second.Texts() == std::vector<std::string>{"hello"});
  for (const Alarm& alarm : all.second.TakeAlarms()) {
    INFO(AlarmText(alarm));
    CHECK(alarm.kind == AlarmKind::kHistoryLocked);
  }
  CheckCalm(lea);
}

// It went to nobody but the practice between joining and being lost.
TEST_CASE("A device that is lost as soon as it has joined leaves its bond to the code") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto invitation = couple.therapist.Invite("Lea");
  REQUIRE(invitation.ok());
  TestPerson lea(couple.practice, couple.executor);
  const auto joined = lea.Join(*invitation);
  REQUIRE(joined.ok());
  lea.Stop();
  REQUIRE(all.second.Recover(joined->recovery_code).ok());
  REQUIRE(all.second.engine->Bonds()->size() == 1);
  REQUIRE(all.second.Note("still here").ok());
  all.Settle({&all.second, &couple.therapist, &all.second});
  CHECK(couple.therapist.Texts() == std::vector<std::string>{"still here"});
  CheckCalm(couple.therapist);
  CheckCalm(all.second);
}

// Else the archive is told with the next exchange.
TEST_CASE("Joining is done though the archive cannot be told just then") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto invitation = couple.therapist.Invite("Lea");
  REQUIRE(invitation.ok());
  TestPerson lea(couple.practice, couple.executor);
  lea.transport.fate = [](const std::string& method) {
    return method == "AppendArchive" ? DirectTransport::Fate::kLoseRequest
                                     : DirectTransport::Fate::kDeliver;
  };
  const auto joined = lea.Join(*invitation);
  REQUIRE(joined.ok());
  lea.transport.fate = nullptr;
  REQUIRE(lea.Sync().ok());
  REQUIRE(all.second.Recover(joined->recovery_code).ok());
  CHECK(all.second.engine->Bonds()->size() == 1);
}

TEST_CASE("A bond that a device linked during a watch formed is known when its messages come") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto code = couple.therapist.MakeLink(couple.therapist_code);
  REQUIRE(code.ok());
  couple.therapist.engine->Watch({});
  couple.executor.RunFor(limits::kSecondMs);
  REQUIRE(all.second.Link(*code).ok());
  const auto invitation = all.second.Invite("Lea");
  REQUIRE(invitation.ok());
  TestPerson lea(couple.practice, couple.executor);
  REQUIRE(lea.Join(*invitation).ok());
  REQUIRE(all.second.Sync().ok());
  REQUIRE(lea.Note("hello").ok());
  REQUIRE(lea.Sync().ok());
  couple.executor.RunFor(limits::kSecondMs);
  couple.therapist.engine->StopWatching();
  CHECK(couple.therapist.Texts() == std::vector<std::string>{"hello"});
  CheckCalm(couple.therapist);
}

bool TellsThatItGoesOn(TestPerson& person) {
  const auto alarms = person.TakeAlarms();
  return std::ranges::any_of(
      alarms, [](const Alarm& alarm) { return alarm.kind == AlarmKind::kSuspendedGoesOn; });
}

TEST_CASE("A practice that lets a suspended device go on is told on, once") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Link();
  all.Settle({&couple.client, &all.second, &couple.therapist});
  // What was on its way before is no sign of anything.
  REQUIRE(all.second.Note("before").ok());
  REQUIRE(all.second.Sync().ok());
  const auto forgets = couple.practice.rows();
  REQUIRE(couple.client.Suspend(OtherDevice(couple.client)).ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK_FALSE(TellsThatItGoesOn(couple.client));
  couple.practice.store.Restore(forgets);  // that very life, but for the suspension
  couple.RestartPractice();
  REQUIRE(all.second.Note("behind it").ok());
  REQUIRE(all.second.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(TellsThatItGoesOn(couple.client));
  REQUIRE(all.second.Note("and more").ok());
  REQUIRE(all.second.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK_FALSE(TellsThatItGoesOn(couple.client));
  CHECK(couple.client.Texts().size() == 3);
}

TEST_CASE("A suspension that a restored backup lost is said again by itself") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Link();
  all.Settle({&couple.client, &all.second, &couple.therapist});
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.Note("shows that it is older").ok());
  REQUIRE(couple.client.Suspend(OtherDevice(couple.client)).ok());
  REQUIRE(couple.client.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  for (int i = 0; i < 2; ++i) couple.client.Sync().IgnoreError();
  CHECK(ReasonOf(all.second.Sync().status()) == Reason::kDeviceSuspended);
  CHECK_FALSE(TellsThatItGoesOn(couple.client));
}

}  // namespace holdfast::client
