// Several devices of an account, and a stop at any commit: the same command goes on, nothing is
// lost, and no key is used twice.
#include <memory>

#include "unit/client/core/several_devices.h"
#include "unit/client/core/stopping.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;

// A profile that became a device of the account before it stopped says so; it goes on with a sync.
void GoOn(TestPerson& person, const absl::StatusOr<SyncReport>& again) {
  INFO(again.status());
  REQUIRE((again.ok() || ReasonOf(again.status()) == Reason::kUsage));
  REQUIRE(person.Sync().ok());
}

// Some of everything that an archive and a history hold.
void LiveALittle(SeveralDevices& all) {
  TestCouple& couple = all.couple;
  const auto first = couple.client.CheckIn("hello");
  REQUIRE(first.ok());
  all.Settle({&couple.client, &couple.therapist}, 1);
  REQUIRE(couple.therapist.Reply(*first, "I am here").ok());
  all.Settle({&couple.therapist, &couple.client}, 1);
  REQUIRE(couple.client.engine->MarkOpened(couple.client.Messages().back().id).ok());
  REQUIRE(couple.client.engine->SetLabel(couple.client.bond(), "Dr. B").ok());
  REQUIRE(KeepNote(couple.client, "half a thought").ok());
  all.Settle({&couple.client, &couple.therapist}, 1);
}

void CheckLived(TestPerson& device, const Texts& texts) {
  CHECK(SortedTexts(device) == texts);
  REQUIRE(device.engine->Bonds()->size() == 1);
  CHECK(device.engine->Bonds()->front().label == "Dr. B");
  CHECK(device.engine->Drafts()->size() == 1);
  for (const MessageView& view : device.Messages()) {
    if (TextOf(view) == "I am here") CHECK_FALSE(view.unread);
  }
}

const Texts kWritten = {"I am here", "for all", "from the first", "from the new one", "hello"};

void WriteOnAll(TestPerson& fresh, TestPerson* other, TestPerson& therapist) {
  REQUIRE(fresh.Note("from the new one").ok());
  if (other != nullptr) REQUIRE(other->Note("from the first").ok());
  REQUIRE(therapist.Note("for all").ok());
}

}  // namespace

TEST_CASE("A device that stops at any commit while it is linked is linked in the end") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    INFO("stopped at commit " << k);
    SeveralDevices all;
    TestCouple& couple = all.couple;
    KeyWatcher keys;
    keys.Watch(all.second);
    LiveALittle(all);
    const auto code = couple.client.MakeLink(couple.client_code);
    REQUIRE(code.ok());
    StopAtCommit(all.second, k);
    reached_the_end = all.second.Link(*code).ok();
    ComeBack(all.second);
    GoOn(all.second, all.second.Link(*code));
    WriteOnAll(all.second, &couple.client, couple.therapist);
    all.Settle({&all.second, &couple.client, &couple.therapist});
    CHECK(SortedTexts(couple.therapist) == kWritten);
    CheckLived(all.second, kWritten);
    CheckLived(couple.client, kWritten);
    CHECK(DeviceCount(couple.client) == 2);
    CHECK(DeviceCount(all.second) == 2);
    CHECK_FALSE(keys.reused());
    for (TestPerson* person : {&all.second, &couple.client, &couple.therapist}) CheckCalm(*person);
  }
  CHECK(reached_the_end);
}

TEST_CASE("A device that stops at any commit while it recovers is the only one in the end") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    INFO("stopped at commit " << k);
    SeveralDevices all;
    TestCouple& couple = all.couple;
    KeyWatcher keys;
    keys.Watch(all.second);
    LiveALittle(all);
    REQUIRE(couple.client.Note("from the first").ok());
    REQUIRE(couple.client.Sync().ok());
    StopAtCommit(all.second, k);
    reached_the_end = all.second.Recover(couple.client_code).ok();
    ComeBack(all.second);
    GoOn(all.second, all.second.Recover(couple.client_code));
    CHECK(ReasonOf(couple.client.Sync().status()) == Reason::kDeviceUnlinked);
    WriteOnAll(all.second, nullptr, couple.therapist);
    all.Settle({&all.second, &couple.therapist});
    CHECK(SortedTexts(couple.therapist) == kWritten);
    CheckLived(all.second, kWritten);
    CHECK(DeviceCount(all.second) == 1);
    CHECK_FALSE(keys.reused());
    for (TestPerson* person : {&all.second, &couple.therapist}) CheckCalm(*person);
  }
  CHECK(reached_the_end);
}

TEST_CASE("A device that stops at any commit while it unlinks another has unlinked it in the end") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    INFO("stopped at commit " << k);
    SeveralDevices all;
    TestCouple& couple = all.couple;
    LiveALittle(all);
    all.Link();
    all.Settle({&couple.client, &all.second, &couple.therapist});
    const DeviceId other = OtherDevice(couple.client);
    KeyWatcher keys;
    keys.Watch(couple.client);
    StopAtCommit(couple.client, k);
    reached_the_end = couple.client.Unlink(other, couple.client_code).ok();
    ComeBack(couple.client);
    const auto again = couple.client.Unlink(other, couple.client_code);
    INFO(again.status());
    REQUIRE(again.ok());
    CHECK(again->size() == 1);
    CHECK(ReasonOf(all.second.Sync().status()) == Reason::kDeviceUnlinked);
    // The archive goes on, and whoever comes later reads all of it.
    TestPerson third(couple.practice, couple.executor);
    REQUIRE(couple.client.Sync().ok());
    all.Link(third);
    WriteOnAll(third, &couple.client, couple.therapist);
    all.Settle({&third, &couple.client, &couple.therapist});
    CHECK(SortedTexts(couple.therapist) == kWritten);
    CheckLived(third, kWritten);
    CheckLived(couple.client, kWritten);
    CHECK_FALSE(keys.reused());
    for (TestPerson* person : {&third, &couple.client, &couple.therapist}) CheckCalm(*person);
  }
  CHECK(reached_the_end);
}

TEST_CASE("A device that stops at any commit while it makes a new code shows it in the end") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    INFO("stopped at commit " << k);
    SeveralDevices all;
    TestCouple& couple = all.couple;
    LiveALittle(all);
    StopAtCommit(couple.client, k);
    const auto made = couple.client.NewCode(couple.client_code);
    reached_the_end = made.ok();
    ComeBack(couple.client);
    const auto code = reached_the_end ? made : couple.client.NewCode(couple.client_code);
    INFO(code.status());
    REQUIRE(code.ok());
    TestPerson wrong(couple.practice, couple.executor);
    CHECK(ReasonOf(wrong.Recover(couple.client_code).status()) == Reason::kRecoveryUnknown);
    REQUIRE(all.second.Recover(*code).ok());
    CheckLived(all.second, {"I am here", "hello"});
  }
  CHECK(reached_the_end);
}

TEST_CASE("A new code whose answer is lost is shown when the same is asked again") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  LiveALittle(all);
  couple.client.transport.fate = [](const std::string& method) {
    return method == "ChangeAccount" ? DirectTransport::Fate::kLoseResponse
                                     : DirectTransport::Fate::kDeliver;
  };
  CHECK_FALSE(couple.client.NewCode(couple.client_code).ok());
  couple.client.transport.fate = nullptr;
  const auto code = couple.client.NewCode(couple.client_code);
  INFO(code.status());
  REQUIRE(code.ok());
  REQUIRE(all.second.Recover(*code).ok());
  CheckLived(all.second, {"I am here", "hello"});
}

TEST_CASE("A device that stops at any commit while it shares what it did tells all of it") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    INFO("stopped at commit " << k);
    SeveralDevices all;
    TestCouple& couple = all.couple;
    all.Link();
    all.Settle({&couple.client, &all.second, &couple.therapist}, 2);
    KeyWatcher keys;
    keys.Watch(couple.client);
    REQUIRE(couple.therapist.Note("I am here").ok());
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.client.Note("hello").ok());
    REQUIRE(couple.client.engine->SetLabel(couple.client.bond(), "Dr. B").ok());
    REQUIRE(KeepNote(couple.client, "half a thought").ok());
    StopAtCommit(couple.client, k);
    reached_the_end = couple.client.Sync().ok();
    ComeBack(couple.client);
    REQUIRE(couple.client.Sync().ok());
    for (const MessageView& view : couple.client.Messages()) {
      if (TextOf(view) == "I am here") REQUIRE(couple.client.engine->MarkOpened(view.id).ok());
    }
    all.Settle({&couple.client, &couple.therapist, &all.second});
    for (TestPerson* device : {&couple.client, &all.second}) {
      CheckLived(*device, {"I am here", "hello"});
    }
    CHECK_FALSE(keys.reused());
    CHECK_FALSE(keys.resealed());
    for (TestPerson* person : {&all.second, &couple.client, &couple.therapist}) CheckCalm(*person);
  }
  CHECK(reached_the_end);
}

TEST_CASE("A device that stops at any commit while it reads what others did knows all of it") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    INFO("stopped at commit " << k);
    SeveralDevices all;
    TestCouple& couple = all.couple;
    all.Link();
    all.Settle({&couple.client, &all.second, &couple.therapist}, 2);
    KeyWatcher keys;
    keys.Watch(all.second);
    LiveALittle(all);
    StopAtCommit(all.second, k);
    reached_the_end = all.second.Sync().ok();
    ComeBack(all.second);
    all.Settle({&all.second, &couple.client, &couple.therapist});
    for (TestPerson* device : {&couple.client, &all.second}) {
      CheckLived(*device, {"I am here", "hello"});
    }
    CHECK_FALSE(keys.reused());
    CHECK_FALSE(keys.resealed());
    for (TestPerson* person : {&all.second, &couple.client, &couple.therapist}) CheckCalm(*person);
  }
  CHECK(reached_the_end);
}

TEST_CASE("Of two devices that recover at once the later one is the account's, with everything") {
  const auto fate =
      GENERATE(DirectTransport::Fate::kLoseRequest, DirectTransport::Fate::kLoseResponse);
  SeveralDevices all;
  TestCouple& couple = all.couple;
  LiveALittle(all);
  TestPerson& slow = all.second;
  slow.transport.fate = [fate](const std::string& method) {
    return method == "ChangeAccount" ? fate : DirectTransport::Fate::kDeliver;
  };
  CHECK_FALSE(slow.Recover(couple.client_code).ok());
  slow.transport.fate = nullptr;
  TestPerson quick(couple.practice, couple.executor);
  const auto recovered = quick.Recover(couple.client_code);
  INFO(recovered.status());
  REQUIRE(recovered.ok());
  REQUIRE(quick.Note("from the first").ok());
  REQUIRE(quick.Sync().ok());

  const auto again = slow.Recover(couple.client_code);
  INFO(again.status());
  REQUIRE(again.ok());
  CHECK(ReasonOf(quick.Sync().status()) == Reason::kDeviceUnlinked);
  REQUIRE(couple.therapist.Sync().ok());
  WriteOnAll(slow, nullptr, couple.therapist);
  all.Settle({&slow, &couple.therapist});
  CheckLived(slow, kWritten);
  CHECK(SortedTexts(couple.therapist) == kWritten);
  CHECK(DeviceCount(slow) == 1);
  CheckCalm(slow);
  CheckCalm(couple.therapist);
}

TEST_CASE("An account with eight devices takes a ninth only in the place of one") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  std::vector<std::unique_ptr<TestPerson>> others;
  const auto add = [&]() -> TestPerson& {
    return *others.emplace_back(std::make_unique<TestPerson>(couple.practice, couple.executor));
  };
  for (std::size_t i = 2; i < limits::kDevicesPerAccountMax; ++i) all.Link(add());
  const auto one = couple.client.MakeLink(couple.client_code);
  const auto two = couple.client.MakeLink(couple.client_code);
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  REQUIRE(add().Link(*one).ok());
  CHECK(ReasonOf(all.second.Link(*two).status()) == Reason::kDevicesFull);
  CHECK(ReasonOf(couple.client.MakeLink(couple.client_code).status()) == Reason::kDevicesFull);
  REQUIRE(couple.client.Sync().ok());
  CHECK(DeviceCount(couple.client) == limits::kDevicesPerAccountMax);
  const DeviceId last = couple.client.engine->Devices()->back().id;
  REQUIRE(couple.client.Unlink(last, couple.client_code).ok());
  all.Link();
  REQUIRE(all.second.Note("from the eighth").ok());
  REQUIRE(all.second.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"from the eighth"});
}

}  // namespace holdfast::client
