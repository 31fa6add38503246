// A practice that was put back to before something about an account's devices: all of them go on,
// and lists, codes and archive come back.
#include "client/core/outside/limits.h"
#include "unit/client/core/several_devices.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;

void PutBack(SeveralDevices& all, const server::MemoryStore::Rows& rows) {
  all.couple.practice.store.Restore(rows);
  all.couple.RestartPractice();
}

// Until everything that can come back has; who was shut out may be refused.
void MeetAgain(const std::vector<TestPerson*>& people) {
  for (int i = 0; i < 5; ++i) {
    for (TestPerson* person : people) person->Sync().IgnoreError();
  }
  for (TestPerson* person : people) {
    const auto synced = person->Sync();
    INFO(synced.status());
    CHECK(synced.ok());
  }
}

void CheckAllShow(const std::vector<TestPerson*>& people, const Texts& texts) {
  for (TestPerson* person : people) CHECK(SortedTexts(*person) == texts);
}

// The code still opens the account: a fresh device has all that the practice still has. What had
// arrived everywhere and is in no copy of the practice's store any more stays on the devices.
void CheckRecovers(SeveralDevices& all, const std::string& code, const Texts& texts) {
  TestPerson fresh(all.couple.practice, all.couple.executor);
  const auto recovered = fresh.Recover(code);
  INFO(recovered.status());
  REQUIRE(recovered.ok());
  CHECK(SortedTexts(fresh) == texts);
}

// All of them show the same in the end, nothing waits, and nobody is alarmed.
void CheckAllMeet(SeveralDevices& all, const std::vector<TestPerson*>& people, const Texts& texts) {
  MeetAgain(people);
  all.couple.practice.Pass(limits::kHourMs);
  MeetAgain(people);
  CheckAllShow(people, texts);
  for (TestPerson* person : people) {
    CHECK(person->engine->Queued().value() == 0);
    for (const Alarm& alarm : person->TakeAlarms()) {
      INFO(AlarmText(alarm));
      const bool is_news = alarm.reason == Reason::kStaleDeviceList ||
                           alarm.kind == AlarmKind::kHistoryLocked ||
                           alarm.reason == Reason::kPracticeRestored;
      CHECK(is_news);
    }
  }
}

enum class Changed : std::uint8_t { kUnlinked, kRecovered, kNewCode };

// The code that is in force afterwards.
std::string MakeChange(SeveralDevices& all, Changed change) {
  TestCouple& couple = all.couple;
  switch (change) {
    case Changed::kUnlinked:
      REQUIRE(couple.client.Unlink(OtherDevice(couple.client), couple.client_code).ok());
      break;
    case Changed::kRecovered:
      REQUIRE(all.second.Recover(couple.client_code).ok());
      break;
    case Changed::kNewCode:
      return couple.client.NewCode(couple.client_code).value();
  }
  return couple.client_code;
}

}  // namespace

TEST_CASE("After a backup from before a device was linked, both devices go on") {
  const bool first_goes_first = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.client.Note("before").ok());
  all.Settle({&couple.client, &couple.therapist}, 2);
  const auto backup = couple.practice.rows();
  all.Link();
  REQUIRE(all.second.Note("from the second").ok());
  REQUIRE(couple.therapist.Note("for both").ok());
  all.Settle({&all.second, &couple.therapist, &couple.client});
  PutBack(all, backup);
  REQUIRE(all.second.Note("written after it").ok());
  std::vector<TestPerson*> people = {&couple.client, &all.second, &couple.therapist};
  if (!first_goes_first) std::swap(people[0], people[1]);
  MeetAgain(people);
  const Texts texts = {"before", "for both", "from the second", "written after it"};
  CheckAllShow(people, texts);
  CHECK(DeviceCount(couple.client) == 2);
  CHECK(DeviceCount(all.second) == 2);
  for (TestPerson* person : people) CheckCalm(*person, true);
  CheckRecovers(all, couple.client_code, {"before", "written after it"});
}

TEST_CASE("After a backup from before a device was unlinked, it is shut out again") {
  const bool unlinked_goes_first = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.client.Note("before").ok());
  all.Link();
  all.Settle({&couple.client, &all.second, &couple.therapist});
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.Unlink(OtherDevice(couple.client), couple.client_code).ok());
  all.Settle({&couple.client, &couple.therapist}, 2);
  REQUIRE(couple.therapist.Note("for one").ok());
  REQUIRE(couple.client.engine->SetLabel(couple.client.bond(), "Dr. B").ok());
  all.Settle({&couple.therapist, &couple.client}, 2);
  PutBack(all, backup);
  if (unlinked_goes_first) all.second.Sync().IgnoreError();
  MeetAgain({&couple.client, &couple.therapist});
  CHECK(ReasonOf(all.second.Sync().status()) == Reason::kDeviceUnlinked);
  CHECK(all.second.Texts() == Texts{"before"});
  REQUIRE(couple.therapist.Note("once more").ok());
  MeetAgain({&couple.therapist, &couple.client});
  CheckAllShow({&couple.client, &couple.therapist}, {"before", "for one", "once more"});
  CHECK(DeviceCount(couple.client) == 1);
  for (TestPerson* person : {&couple.client, &couple.therapist}) CheckCalm(*person, true);
}

TEST_CASE("After a backup from before a recovery, the recovered device goes on alone") {
  const bool lost_goes_first = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.client.Note("before").ok());
  all.Settle({&couple.client, &couple.therapist}, 2);
  const auto backup = couple.practice.rows();
  REQUIRE(all.second.Recover(couple.client_code).ok());
  REQUIRE(all.second.Note("from the new one").ok());
  REQUIRE(couple.therapist.Note("for it").ok());
  all.Settle({&couple.therapist, &all.second}, 3);
  PutBack(all, backup);
  if (lost_goes_first) couple.client.Sync().IgnoreError();
  MeetAgain({&all.second, &couple.therapist});
  CHECK(ReasonOf(couple.client.Sync().status()) == Reason::kDeviceUnlinked);
  REQUIRE(couple.therapist.Note("once more").ok());
  MeetAgain({&couple.therapist, &all.second});
  CheckAllShow({&all.second, &couple.therapist},
               {"before", "for it", "from the new one", "once more"});
  CHECK(DeviceCount(all.second) == 1);
  for (TestPerson* person : {&all.second, &couple.therapist}) CheckCalm(*person, true);
}

TEST_CASE("After a backup from before a change of the account, its code opens all of it") {
  const auto change = GENERATE(Changed::kUnlinked, Changed::kRecovered, Changed::kNewCode);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.client.Note("before").ok());
  if (change == Changed::kUnlinked) all.Link();
  all.Settle({&couple.client, &couple.therapist}, 2);
  const auto backup = couple.practice.rows();
  const std::string code = MakeChange(all, change);
  TestPerson& left = change == Changed::kRecovered ? all.second : couple.client;
  REQUIRE(left.Note("lost by the practice").ok());
  all.Settle({&left, &couple.therapist}, 2);
  PutBack(all, backup);
  MeetAgain({&left, &couple.therapist});
  REQUIRE(couple.therapist.Note("once more").ok());
  MeetAgain({&couple.therapist, &left});
  if (change == Changed::kNewCode) {
    TestPerson wrong(couple.practice, couple.executor);
    CHECK(ReasonOf(wrong.Recover(couple.client_code).status()) == Reason::kRecoveryUnknown);
  }
  CheckRecovers(all, code, {"before", "once more"});
}

TEST_CASE("After a backup, what two devices told the archive survives, whoever appends first") {
  const bool first_goes_first = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.therapist.Note("read me").ok());
  REQUIRE(couple.therapist.Sync().ok());
  all.Link();
  all.Settle({&couple.client, &all.second, &couple.therapist});
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.engine->SetLabel(couple.client.bond(), "Dr. B").ok());
  REQUIRE(couple.client.Note("lost by the practice").ok());
  REQUIRE(couple.client.Sync().ok());
  PutBack(all, backup);
  REQUIRE(KeepNote(all.second, "half a thought").ok());
  REQUIRE(all.second.engine->MarkOpened(all.second.Messages().front().id).ok());
  std::vector<TestPerson*> people = {&couple.client, &all.second, &couple.therapist};
  if (!first_goes_first) std::swap(people[0], people[1]);
  MeetAgain(people);
  TestPerson third(couple.practice, couple.executor);
  all.Link(third);
  for (TestPerson* device : {&couple.client, &all.second, &third}) {
    CHECK(device->engine->Bonds()->front().label == "Dr. B");
    CHECK(device->engine->Drafts()->size() == 1);
    CHECK_FALSE(device->Messages().front().unread);
  }
  for (TestPerson* person : people) CheckCalm(*person, true);
}

// Sealed for lists that are not the newest any more, one built on the other: no other bytes can
// take their place, for the other side may hold these.
TEST_CASE("After a backup, what was sealed before a device was linked goes out as it was") {
  const bool had_come = GENERATE(true, false);
  const bool linked_goes_first = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Settle({&couple.client, &couple.therapist}, 2);
  const auto backup = couple.practice.rows();
  const auto code = couple.client.MakeLink(couple.client_code);
  REQUIRE(code.ok());
  REQUIRE(couple.client.Note("one").ok());
  REQUIRE(couple.client.Note("two").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(all.second.Link(*code).ok());
  if (had_come) REQUIRE(couple.therapist.Sync().ok());
  PutBack(all, backup);
  std::vector<TestPerson*> people = {&all.second, &couple.client, &couple.therapist};
  if (!linked_goes_first) std::swap(people[0], people[1]);
  CheckAllMeet(all, people, {"one", "two"});
}

TEST_CASE("After a backup, what was sealed before the other side linked a device reaches it too") {
  const bool had_come = GENERATE(true, false);
  const bool linked_goes_first = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Settle({&couple.client, &couple.therapist}, 2);
  const auto backup = couple.practice.rows();
  const auto code = couple.therapist.MakeLink(couple.therapist_code);
  REQUIRE(code.ok());
  REQUIRE(couple.client.Note("one").ok());
  REQUIRE(couple.client.Note("two").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(all.second.Link(*code).ok());
  if (had_come) REQUIRE(couple.therapist.Sync().ok());
  PutBack(all, backup);
  std::vector<TestPerson*> people = {&all.second, &couple.client, &couple.therapist};
  if (!linked_goes_first) std::swap(people[0], people[2]);
  CheckAllMeet(all, people, {"one", "two"});
}

// The one that was there says so before the message comes back, and the sender lets go of it then.
TEST_CASE("After a backup, what one device of the other side holds comes to the one linked since") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Settle({&couple.client, &couple.therapist}, 2);
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.Note("one").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  PutBack(all, backup);
  MeetAgain({&couple.therapist});
  const auto code = couple.therapist.MakeLink(couple.therapist_code);
  REQUIRE(code.ok());
  REQUIRE(couple.therapist.Note("two").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(all.second.Link(*code).ok());
  couple.practice.Pass(limits::kHourMs);
  all.Settle({&couple.therapist, &all.second}, 2);
  CheckAllMeet(all, {&couple.client, &couple.therapist, &all.second}, {"one", "two"});
}

// A device that has it without a capsule hears of the place by no mailbox.
TEST_CASE("After a backup, what comes back behind newer messages stands there for everybody") {
  const bool is_own = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Settle({&couple.client, &couple.therapist}, 2);
  const auto backup = couple.practice.rows();
  const auto code = couple.client.MakeLink(couple.client_code);
  REQUIRE(code.ok());
  TestPerson& author = is_own ? couple.client : couple.therapist;
  REQUIRE(author.Note("comes back").ok());
  REQUIRE(author.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(all.second.Link(*code).ok());
  REQUIRE(all.second.Texts() == Texts{"comes back"});
  PutBack(all, backup);
  REQUIRE(all.second.Note("is there first").ok());
  const std::vector<TestPerson*> people = {&all.second, &couple.therapist, &couple.client};
  MeetAgain({&all.second, is_own ? &couple.therapist : &couple.client});
  MeetAgain(people);
  couple.practice.Pass(limits::kHourMs);
  MeetAgain(people);
  for (TestPerson* person : people) {
    CHECK(person->Texts() == Texts{"is there first", "comes back"});
    CheckCalm(*person, true);
  }
}

// Whoever holds it shows it where it was when it came.
TEST_CASE("After a backup, what had arrived and is not taken again stands where it stood") {
  TestCouple couple;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
  }
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.Note("one").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Note("two").ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  REQUIRE(couple.therapist.Sync().ok());
  couple.client.transport.refusal = [&](const std::string& method) -> absl::Status {
    if (method != "Send") return absl::OkStatus();
    return Refuse(Reason::kTimeOutOfRange, "header.sent_at_ms", "is not taken any more");
  };
  couple.client.Sync().IgnoreError();
  couple.client.transport.refusal = nullptr;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
  }
  CHECK(couple.client.Texts() == Texts{"one", "two"});
  CHECK(couple.therapist.Texts() == Texts{"one", "two"});
  CHECK(couple.client.engine->Queued().value() == 0);
}

// The sign that told it had arrived, and is in no copy of the store any more.
TEST_CASE("After a backup, a mark is on a device that is linked later, open or closed") {
  const bool is_closed = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.therapist.Note("try to see the bright side").ok());
  all.Settle({&couple.therapist, &couple.client}, 2);
  const EnvelopeId note = couple.client.Messages().back().id;
  const auto settle_for_days = [&](const std::vector<TestPerson*>& people) {
    for (int day = 0; day < 3; ++day) {
      couple.practice.Pass(limits::kDayMs);
      couple.RestartPractice();
      all.Settle(people, 1);
    }
  };
  const std::vector<TestPerson*> both = {&couple.client, &couple.therapist};
  if (is_closed) {
    REQUIRE(couple.client.engine->MarkRupture(note, "that hurt").ok());
    settle_for_days(both);
  }
  const auto backup = couple.practice.rows();
  if (is_closed) {
    REQUIRE(couple.client.engine->CloseRupture(note).ok());
  } else {
    REQUIRE(couple.client.engine->MarkRupture(note, "that hurt").ok());
  }
  settle_for_days(both);
  PutBack(all, backup);
  MeetAgain(both);
  all.Link();
  settle_for_days({&all.second, &couple.client, &couple.therapist});
  for (TestPerson* person : {&couple.client, &all.second, &couple.therapist}) {
    CHECK(person->engine->OpenRuptures()->size() == (is_closed ? 0 : 1));
  }
}

// The message that brought its key had arrived, and is in no copy of the store any more.
TEST_CASE("After a backup, a note that was written ahead opens on a device that is new") {
  const bool reader_is_new = GENERATE(true, false);
  const bool is_lost = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Settle({&couple.client, &couple.therapist}, 2);
  const auto backup = couple.practice.rows();
  Release release;
  release.when = ReleaseWhen::kAtTime;
  release.at_ms = couple.practice.clock.wall_ms + limits::kDayMs;
  REQUIRE(couple.therapist.Ahead("think of the sea", release).ok());
  all.Settle({&couple.therapist, &couple.client}, 1);
  // Its head says that the key has arrived.
  REQUIRE(couple.client.CheckIn("hello").ok());
  all.Settle({&couple.client, &couple.therapist}, 2);
  PutBack(all, backup);
  MeetAgain({&couple.therapist, &couple.client});
  TestPerson& first = reader_is_new ? couple.client : couple.therapist;
  const std::string code = reader_is_new ? couple.client_code : couple.therapist_code;
  if (is_lost) {
    REQUIRE(all.second.Recover(code).ok());
  } else {
    REQUIRE(all.second.Link(first.MakeLink(code).value()).ok());
  }
  couple.practice.Pass(2 * limits::kDayMs);
  couple.RestartPractice();
  all.Settle({&all.second}, 2);
  CHECK(std::ranges::count(all.second.Texts(), "think of the sea") == 1);
  couple.practice.Pass(limits::kDayMs);
  couple.RestartPractice();
  all.Settle({&all.second}, 2);
  for (const Alarm& alarm : all.second.TakeAlarms()) {
    INFO(AlarmText(alarm));
    CHECK(alarm.kind != AlarmKind::kAheadKeyMissing);
  }
}

}  // namespace holdfast::client
