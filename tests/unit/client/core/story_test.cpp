// The main job, from enrolling to reading the reply.
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("A check-in reaches the therapist, and the reply the client") {
  TestCouple couple;
  const auto check_in = couple.client.CheckIn("a heavy week");
  REQUIRE(check_in.ok());
  CHECK(couple.client.StateOf(*check_in) == MessageState::kQueued);
  const auto sent = couple.client.Sync();
  REQUIRE(sent.ok());
  CHECK(sent->sent == 1);
  CHECK(sent->waiting == 0);
  CHECK(couple.client.StateOf(*check_in) == MessageState::kStored);

  const auto received = couple.therapist.Sync();
  REQUIRE(received.ok());
  CHECK(received->received == 1);
  CHECK(couple.therapist.Texts() == Texts{"a heavy week"});
  CHECK(couple.therapist.Messages().front().from == crypto::Role::kClient);
  CHECK(couple.therapist.Messages().front().unread);

  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.StateOf(*check_in) == MessageState::kDelivered);

  REQUIRE(couple.therapist.engine->MarkOpened(*check_in).ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.StateOf(*check_in) == MessageState::kOpened);

  REQUIRE(couple.therapist.Reply(*check_in, "I am glad that you wrote").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.StateOf(*check_in) == MessageState::kAnswered);
  CHECK(couple.client.Texts() == Texts{"a heavy week", "I am glad that you wrote"});
  CHECK(couple.client.AlarmReasons().empty());
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("What is written while the practice is away waits and goes out by itself") {
  TestCouple couple;
  couple.client.transport.away = true;
  const auto id = couple.client.CheckIn("written on a train");
  REQUIRE(id.ok());
  const auto refused = couple.client.Sync();
  CHECK(ReasonOf(refused.status()) == Reason::kUnreachable);
  CHECK(couple.client.engine->Queued().value() == 1);
  couple.client.Reopen();
  CHECK(couple.client.engine->Queued().value() == 1);
  couple.client.transport.away = false;
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"written on a train"});
}

TEST_CASE("Receipts are never answered by receipts") {
  TestCouple couple;
  REQUIRE(couple.client.CheckIn("one").ok());
  for (int i = 0; i < 6; ++i) {
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
  }
  CHECK(couple.client.transport.sends() == 1);
  CHECK(couple.therapist.transport.sends() == 1);
}

TEST_CASE("Long silences cost one beacon a day, and no chain of them") {
  TestCouple couple;
  for (int day = 0; day < 5; ++day) {
    couple.practice.clock.Advance(limits::kDayMs);
    couple.RestartPractice();
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.client.Sync().ok());
  }
  // Also while the other side does not answer: what was marked must not wait for it.
  CHECK(couple.client.transport.sends() == 5);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.transport.sends() == 1);
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("The recovery code is shown until the person goes on, and the same each time") {
  TestCouple couple(false);
  const std::string code = couple.AddTherapist();
  const auto first = couple.therapist.Enroll(code);
  REQUIRE(first.ok());
  CHECK(first->recovery_code.starts_with("HFR-"));
  couple.therapist.Reopen();
  CHECK(couple.therapist.Enroll(code).value().recovery_code == first->recovery_code);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Enroll(code).value().recovery_code.empty());
}

TEST_CASE("A message stays unconfirmed in plain sight when the other side is away for days") {
  TestCouple couple;
  const auto id = couple.client.CheckIn("anybody there?");
  REQUIRE(couple.client.Sync().ok());
  CHECK_FALSE(couple.client.engine->Message(id->hex())->unconfirmed);
  couple.practice.clock.Advance(limits::kUnconfirmedMs + 1);
  CHECK(couple.client.engine->Message(id->hex())->unconfirmed);
  CHECK(couple.client.StateOf(*id) == MessageState::kStored);
}

TEST_CASE("Bad drafts are refused and change nothing") {
  TestCouple couple;
  REQUIRE(couple.client.Sync().ok());  // from here on the recovery code has been seen
  const auto before = couple.client.storage.contents();
  CHECK(ReasonOf(couple.client.Note("").status()) == Reason::kMalformedField);
  CHECK(FieldOf(couple.client.Note("\xff").status()) == "note.text");
  CHECK(ReasonOf(couple.client.Note(std::string(40000, 'x')).status()) == Reason::kTooLarge);
  CHECK(FieldOf(couple.client.CheckIn("x", v1::NEED_UNSPECIFIED).status()) == "check_in.need");
  CHECK(ReasonOf(couple.client.Reply(EnvelopeId(), "to nothing").status()) ==
        Reason::kUnknownEnvelope);
  CHECK(couple.client.engine->Queued().value() == 0);
  CHECK(couple.client.storage.contents() == before);
}

TEST_CASE("Two clients of one therapist never see each other's words") {
  TestCouple couple;
  TestPerson other(couple.practice, couple.executor);
  REQUIRE(other.Join(couple.therapist.Invite("Sam").value()).ok());
  REQUIRE(couple.client.CheckIn("from Kim").ok());
  REQUIRE(other.CheckIn("from Sam").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(other.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Messages().size() == 2);
  CHECK(couple.therapist.engine->Bonds()->size() == 2);
  REQUIRE(other.Sync().ok());
  CHECK(other.Texts() == Texts{"from Sam"});
}

}  // namespace
}  // namespace holdfast::client
