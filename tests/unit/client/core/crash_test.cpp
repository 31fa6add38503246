// A device that stops at any commit goes on where it was: nothing lost, nothing
// twice, no key used again.
#include "support/catch.h"
#include "support/client_world.h"
#include "unit/client/core/stopping.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("A device that stops at any commit while sending sends each message once") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    TestCouple couple;
    KeyWatcher keys;
    keys.Watch(couple.client);
    REQUIRE(couple.client.CheckIn("first").ok());
    REQUIRE(couple.client.Note("second").ok());
    StopAtCommit(couple.client, k);
    reached_the_end = couple.client.Sync().ok();
    ComeBack(couple.client);
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(couple.therapist.Texts() == Texts{"first", "second"});
    REQUIRE(couple.client.Sync().ok());
    CHECK(couple.client.Messages().front().state == MessageState::kDelivered);
    CHECK_FALSE(keys.reused());
    CHECK_FALSE(keys.resealed());
    CHECK(couple.therapist.AlarmReasons().empty());
    CHECK(couple.client.AlarmReasons().empty());
  }
  CHECK(reached_the_end);
}

TEST_CASE("A device that stops before it has noted what it told tells it again") {
  TestCouple couple;
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.Note("lost for a while").ok());
  REQUIRE(couple.client.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.practice.Restart();
  REQUIRE(couple.client.Sync().ok());
  std::size_t told = 0;
  const auto tell = [&](const std::vector<Alarm>& alarms) { told += alarms.size(); };
  StopAtCommit(couple.client, 1);
  CHECK_FALSE(couple.client.engine->TellAlarms(tell).ok());
  ComeBack(couple.client);
  CHECK(couple.client.engine->TellAlarms(tell).ok());
  CHECK(told == 2);
  CHECK(couple.client.engine->TellAlarms(tell).ok());
  CHECK(told == 2);
}

TEST_CASE("A device that stops at any commit while receiving shows each message once") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    TestCouple couple;
    KeyWatcher keys;
    keys.Watch(couple.therapist);
    REQUIRE(couple.client.CheckIn("first").ok());
    REQUIRE(couple.client.Note("second").ok());
    REQUIRE(couple.client.Sync().ok());
    StopAtCommit(couple.therapist, k);
    reached_the_end = couple.therapist.Sync().ok();
    ComeBack(couple.therapist);
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(couple.therapist.Texts() == Texts{"first", "second"});
    REQUIRE(couple.client.Sync().ok());
    CHECK(couple.client.Messages().back().state == MessageState::kDelivered);
    CHECK_FALSE(keys.reused());
    CHECK_FALSE(keys.resealed());
    CHECK(couple.therapist.AlarmReasons().empty());
  }
  CHECK(reached_the_end);
}

TEST_CASE("A device that stops at any commit while joining joins in the end, with one code") {
  bool reached_the_end = false;
  for (std::size_t k = 1; k <= kCommitsMax && !reached_the_end; ++k) {
    TestCouple couple(false);
    const std::string code = couple.AddTherapist();
    StopAtCommit(couple.therapist, k);
    const auto enrolled = couple.therapist.Enroll(code);
    ComeBack(couple.therapist);
    const auto again = couple.therapist.Enroll(code);
    REQUIRE(again.ok());
    if (enrolled.ok()) CHECK(enrolled->recovery_code == again->recovery_code);
    const std::string invitation = couple.therapist.Invite("Kim").value();
    StopAtCommit(couple.client, k);
    const auto joined = couple.client.Join(invitation);
    ComeBack(couple.client);
    const auto rejoined = couple.client.Join(invitation);
    REQUIRE(rejoined.ok());
    if (joined.ok()) CHECK(joined->recovery_code == rejoined->recovery_code);
    reached_the_end = enrolled.ok() && joined.ok();
    REQUIRE(couple.client.CheckIn("hello").ok());
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(couple.therapist.Texts() == Texts{"hello"});
    CHECK(couple.therapist.AlarmReasons().empty());
  }
  CHECK(reached_the_end);
}

TEST_CASE("A write that the disk refuses is refused, and leaves nothing behind") {
  TestCouple couple;
  StopAtCommit(couple.client, 1);
  CHECK(ReasonOf(couple.client.Note("lost").status()) == Reason::kStorageFailed);
  ComeBack(couple.client);
  CHECK(couple.client.Messages().empty());
  CHECK(couple.client.engine->Queued().value() == 0);
}

}  // namespace
}  // namespace holdfast::client
