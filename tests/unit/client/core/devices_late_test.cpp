// What comes late to an account's devices: after one was cut off in its first meeting, or had
// given up on it.
#include "client/core/outside/limits.h"
#include "unit/client/core/several_devices.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;

// Alarms of a device that replaced a lost one, for which something was on its way.
void CheckKnowsOfLocked(TestPerson& person) {
  for (const Alarm& alarm : person.TakeAlarms()) {
    INFO(AlarmText(alarm));
    const bool is_news = alarm.reason == Reason::kStaleDeviceList;
    CHECK((is_news || alarm.kind == AlarmKind::kHistoryLocked));
  }
}

}  // namespace

// Else a receipt is read before the message that it is about, and says nothing.
TEST_CASE("A new device that was cut off before the history reads that before its mailbox") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const auto note = couple.client.Note("from the lost one");
  REQUIRE(note.ok());
  REQUIRE(couple.client.Sync().ok());
  all.second.transport.fate = [](const std::string& method) {
    return method == "History" ? DirectTransport::Fate::kLoseRequest
                               : DirectTransport::Fate::kDeliver;
  };
  CHECK_FALSE(all.second.Recover(couple.client_code).ok());
  all.second.transport.fate = nullptr;
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.engine->MarkOpened(*note).ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(all.second.Sync().ok());
  CHECK(all.second.StateOf(*note) == MessageState::kOpened);
}

// The sender was away all that time, and hears from that device before it hears of it.
TEST_CASE("A key that comes after a device had given up on its message opens it all the same") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.therapist.Note("hello").ok());
  all.Settle({&couple.therapist, &couple.client}, 2);
  REQUIRE(couple.therapist.Note("to the lost one").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(all.second.Recover(couple.client_code).ok());
  CHECK(all.second.Texts() == Texts{"hello"});
  couple.practice.Pass(limits::kLockedMsMax + limits::kHourMs);
  REQUIRE(all.second.Sync().ok());
  REQUIRE(all.second.Note("here I am").ok());
  REQUIRE(all.second.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(all.second.Sync().ok());
  CHECK(SortedTexts(all.second) == Texts{"hello", "here I am", "to the lost one"});
  CheckKnowsOfLocked(all.second);
}

// Its head goes on behind what it gave up.
TEST_CASE("What a new device has given up is not shown as delivered until it has come") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.therapist.Note("hello").ok());
  all.Settle({&couple.therapist, &couple.client}, 2);
  const auto note = couple.therapist.Note("to the lost one");
  REQUIRE(note.ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(all.second.Recover(couple.client_code).ok());
  couple.practice.Pass(limits::kLockedMsMax + limits::kHourMs);
  REQUIRE(all.second.Sync().ok());
  REQUIRE(all.second.Note("here I am").ok());
  REQUIRE(all.second.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Texts().back() == "here I am");
  CHECK(couple.therapist.StateOf(*note) == MessageState::kStored);
  all.Settle({&all.second, &couple.therapist}, 2);
  CHECK(SortedTexts(all.second) == Texts{"hello", "here I am", "to the lost one"});
  // With its next sign.
  couple.practice.Pass(limits::kDayMs);
  couple.RestartPractice();
  all.Settle({&all.second, &couple.therapist}, 1);
  CHECK(couple.therapist.StateOf(*note) == MessageState::kDelivered);
  CheckKnowsOfLocked(all.second);
}

// The writer's device told the reader's, and both are gone.
TEST_CASE("A note written ahead opens though all devices that knew its key are lost") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const bool reader_is_first = GENERATE(true, false);
  Release release;
  release.when = ReleaseWhen::kAtTime;
  release.at_ms = couple.practice.clock.wall_ms + limits::kDayMs;
  REQUIRE(couple.therapist.Ahead("think of the sea", release).ok());
  REQUIRE(couple.therapist.Sync().ok());
  TestPerson third(couple.practice, couple.executor);
  if (reader_is_first) REQUIRE(all.second.Recover(couple.client_code).ok());
  REQUIRE(third.Recover(couple.therapist_code).ok());
  if (!reader_is_first) REQUIRE(all.second.Recover(couple.client_code).ok());
  all.Settle({&third, &all.second}, 2);
  couple.practice.Pass(2 * limits::kDayMs);
  couple.RestartPractice();
  all.Settle({&third, &all.second}, 2);
  CHECK(all.second.Texts() == Texts{"think of the sea"});
  CheckKnowsOfLocked(all.second);
}

// A practice that was put back lists such a device for a while, and takes messages for it.
TEST_CASE("What was taken for a device that is shut out reaches the one that is listed") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.client.Note("before").ok());
  all.Settle({&couple.client, &couple.therapist}, 2);
  const auto backup = couple.practice.rows();
  REQUIRE(all.second.Recover(couple.client_code).ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  REQUIRE(couple.therapist.Note("to the lost one").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(all.second.Sync().ok());
  couple.practice.Pass(limits::kHourMs);
  all.Settle({&couple.therapist, &all.second}, 2);
  CHECK(all.second.Texts() == Texts{"before", "to the lost one"});
  CheckCalm(couple.therapist, true);
}

// In whichever order the two marks come, everybody shows the same.
TEST_CASE("Of two devices that mark a message at once everybody shows the same words") {
  const bool first_goes_first = GENERATE(true, false);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Link();
  REQUIRE(couple.therapist.Note("try to see the bright side").ok());
  all.Settle({&couple.therapist, &couple.client, &all.second});
  const EnvelopeId note = couple.client.Messages().back().id;
  REQUIRE(couple.client.engine->MarkRupture(note, "on the one").ok());
  REQUIRE(all.second.engine->MarkRupture(note, "on the other").ok());
  std::vector<TestPerson*> people = {&couple.client, &all.second, &couple.therapist};
  if (!first_goes_first) std::swap(people[0], people[1]);
  couple.practice.Pass(limits::kDayMs);  // marks go along with a sign of life
  all.Settle(people);
  for (TestPerson* person : people) {
    const auto marks = person->engine->OpenRuptures();
    REQUIRE(marks->size() == 1);
    CHECK(marks->front().text == "on the other");
  }
  REQUIRE(couple.client.engine->CloseRupture(note).ok());
  couple.practice.Pass(limits::kDayMs);
  all.Settle(people);
  for (TestPerson* person : people) CHECK(person->engine->OpenRuptures()->empty());
}

TEST_CASE("A bond that has ended is left in peace by all devices") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  all.Link();
  REQUIRE(couple.therapist.Note("goodbye").ok());
  const std::vector<TestPerson*> people = {&couple.therapist, &couple.client, &all.second};
  all.Settle(people);
  REQUIRE(couple.client.engine->EndBond(couple.client.bond()).ok());
  all.Settle(people, 2);
  const EnvelopeId note = couple.client.Messages().back().id;
  std::size_t sent = 0;
  std::size_t told = 0;
  for (TestPerson* person : people) {
    person->transport.on_request = [&](const std::string& method, google::protobuf::Message&) {
      if (method == "Send") ++sent;
      if (method == "AppendArchive" || method == "History") ++told;
    };
  }
  CHECK(ReasonOf(couple.client.engine->MarkRupture(note, "late")) == Reason::kBondEnded);
  for (int day = 0; day < 6; ++day) {
    couple.practice.Pass(limits::kDayMs);
    couple.RestartPractice();
    all.Settle(people, 1);
  }
  CHECK(sent == 0);
  CHECK(told == 0);
}

}  // namespace holdfast::client
