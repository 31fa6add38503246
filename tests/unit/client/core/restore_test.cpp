// Older copies: of the practice's store, and of a vault.
#include <algorithm>

#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;

// Both sides meet the practice until everything that can come back has.
void SyncAll(TestCouple& couple, int rounds = 4) {
  for (int i = 0; i < rounds; ++i) {
    couple.therapist.Sync().IgnoreError();
    couple.client.Sync().IgnoreError();
  }
}

// The practice's older copy lacks what the client wrote, and the therapist's notes took its
// place before the client met it again.
void LoseOneAndFillItsPlace(TestCouple& couple) {
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.CheckIn("lost by the practice").ok());
  REQUIRE(couple.client.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  REQUIRE(couple.therapist.Note("one").ok());
  REQUIRE(couple.therapist.Note("two").ok());
  REQUIRE(couple.therapist.Sync().ok());
}

TEST_CASE("After an older store is restored, everything newer comes back from the senders") {
  TestCouple couple;
  REQUIRE(couple.client.CheckIn("before the backup").ok());
  SyncAll(couple);
  const auto backup = couple.practice.rows();

  REQUIRE(couple.client.CheckIn("delivered after it").ok());
  SyncAll(couple);
  REQUIRE(couple.client.CheckIn("stored, not read").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Note("from the therapist").ok());
  REQUIRE(couple.therapist.engine->Queued().value() == 1);

  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  SyncAll(couple);
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  Texts all = couple.therapist.Texts();
  CHECK(all.size() == 4);
  CHECK(all[0] == "before the backup");
  CHECK(all[1] == "delivered after it");
  CHECK(couple.client.Texts().size() == 4);
  for (const MessageView& view : couple.client.Messages()) {
    CHECK(view.state != MessageState::kQueued);
  }
}

TEST_CASE("A restored store that shows older keys of somebody is no reason for an alarm") {
  TestCouple couple;
  const auto backup = couple.practice.rows();
  couple.practice.clock.Advance(limits::kPrekeyWarnMs - limits::kDayMs);
  couple.RestartPractice();
  SyncAll(couple);  // the client renews its keys, and the therapist has seen it
  couple.practice.store.Restore(backup);
  couple.practice.clock.Advance(2 * limits::kDayMs);
  couple.RestartPractice();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK_FALSE(Has(couple.therapist.AlarmReasons(), Reason::kIntegrity));
}

TEST_CASE("A restored store is told to both people, once") {
  TestCouple couple;
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.CheckIn("lost by the practice").ok());
  SyncAll(couple);
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  SyncAll(couple, 6);
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    const auto alarms = person->TakeAlarms();
    REQUIRE(alarms.size() == 1);
    CHECK(alarms.front().reason == Reason::kPracticeRestored);
    CHECK(alarms.front().kind == AlarmKind::kPracticeRestored);
  }
  CHECK(couple.therapist.Texts() == Texts{"lost by the practice"});
}

TEST_CASE("A loss is noticed although the other side has filled the place since") {
  TestCouple couple;
  LoseOneAndFillItsPlace(couple);
  SyncAll(couple);
  CHECK(couple.therapist.Texts().size() == 3);
  CHECK(couple.client.Texts().size() == 3);
  CHECK_FALSE(Has(couple.client.AlarmReasons(), Reason::kIntegrity));
  CHECK_FALSE(Has(couple.therapist.AlarmReasons(), Reason::kIntegrity));
}

TEST_CASE("A loss is noticed at connecting, whatever was stored since, before anything is read") {
  TestCouple couple;
  LoseOneAndFillItsPlace(couple);
  couple.client.transport.fate = [](const std::string& method) {
    return method == "Subscribe" ? DirectTransport::Fate::kLoseRequest
                                 : DirectTransport::Fate::kDeliver;
  };
  CHECK_FALSE(couple.client.Sync().ok());
  CHECK(couple.client.AlarmReasons() == std::vector{Reason::kPracticeRestored});
}

TEST_CASE("What is offered again is queued until it is stored again, in the order written") {
  TestCouple couple;
  const auto backup = couple.practice.rows();
  const EnvelopeId first = couple.client.Note("first").value();
  const EnvelopeId second = couple.client.Note("second").value();
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.StateOf(second) == MessageState::kStored);
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  int sends = 0;
  couple.client.transport.fate = [&](const std::string& method) {
    return method == "Send" && ++sends > 1 ? DirectTransport::Fate::kLoseRequest
                                           : DirectTransport::Fate::kDeliver;
  };
  REQUIRE_FALSE(couple.client.Sync().ok());
  CHECK(couple.client.StateOf(first) == MessageState::kStored);
  CHECK(couple.client.StateOf(second) == MessageState::kQueued);
  CHECK(couple.client.Texts() == Texts{"first", "second"});
  couple.client.transport.fate = nullptr;
  SyncAll(couple);
  CHECK(couple.therapist.Texts() == Texts{"first", "second"});
}

TEST_CASE("A place given again before anybody noticed the loss is explained by it") {
  TestCouple couple;
  const auto backup = couple.practice.rows();
  for (const char* text : {"one", "two", "three"}) REQUIRE(couple.therapist.Note(text).ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  REQUIRE(couple.client.CheckIn("in the place of one").ok());
  REQUIRE(couple.client.Sync().ok());
  // The therapist sees that the bond is too short, reports it, and only then meets
  // the message.
  SyncAll(couple);
  CHECK(couple.therapist.Texts().size() == 4);
  CHECK(couple.client.Texts().size() == 4);
  CHECK_FALSE(Has(couple.client.AlarmReasons(), Reason::kIntegrity));
  CHECK_FALSE(Has(couple.therapist.AlarmReasons(), Reason::kIntegrity));
}

TEST_CASE("A store from before the bond takes both people back by its own statements") {
  TestCouple couple(false);
  const auto nothing = couple.practice.rows();
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  REQUIRE(couple.client.Join(couple.therapist.Invite("Kim").value()).ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.CheckIn("do not lose me").ok());
  REQUIRE(couple.client.Sync().ok());

  couple.practice.store.Restore(nothing);
  couple.RestartPractice();
  REQUIRE(couple.client.CheckIn("written meanwhile").ok());
  // The client may come first: then it waits for the therapist.
  couple.client.Sync().IgnoreError();
  CHECK(couple.client.engine->Queued().value() > 0);
  SyncAll(couple, 4);
  CHECK(couple.therapist.Texts() == Texts{"do not lose me", "written meanwhile"});
  CHECK(couple.client.engine->Queued().value() == 0);
  const auto reasons = couple.therapist.AlarmReasons();
  CHECK_FALSE(Has(reasons, Reason::kIntegrity));
}

// Hours that both know: every check-in is promised a reply.
void AgreeOnHours(TestCouple& couple) {
  REQUIRE(couple.therapist.SetHours(8 * 60).ok());
  SyncAll(couple, 1);
}

std::size_t Owed(TestPerson& person) { return person.Standing().promises.size(); }

TEST_CASE("The same older store put back twice is a restore both times") {
  TestCouple couple;
  AgreeOnHours(couple);
  const auto backup = couple.practice.rows();
  for (const char* text : {"once", "twice"}) {
    CAPTURE(text);
    REQUIRE(couple.client.CheckIn(text).ok());
    SyncAll(couple);
    couple.practice.store.Restore(backup);
    couple.RestartPractice();
    SyncAll(couple);
  }
  REQUIRE(couple.client.CheckIn("after it").ok());
  SyncAll(couple);
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    CHECK_FALSE(Has(person->AlarmReasons(), Reason::kIntegrity));
    CHECK_FALSE(person->Standing().doubted);
    CHECK(Owed(*person) == 3);
    CHECK(person->Texts() == Texts{"once", "twice", "after it"});
  }
}

TEST_CASE("A reply that is owed stays owed through a restored backup that knows nothing of it") {
  TestCouple couple;
  AgreeOnHours(couple);
  const auto backup = couple.practice.rows();
  const auto open = couple.client.CheckIn("please answer");
  const auto answered = couple.client.CheckIn("answered before");
  REQUIRE(open.ok());
  SyncAll(couple);
  REQUIRE(couple.therapist.Reply(*answered, "here").ok());
  SyncAll(couple);
  REQUIRE(Owed(couple.client) == 1);

  for (int restores = 1; restores <= 2; ++restores) {
    CAPTURE(restores);
    couple.practice.store.Restore(backup);
    couple.RestartPractice();
    SyncAll(couple);
    for (TestPerson* person : {&couple.client, &couple.therapist}) {
      const auto promises = person->Standing().promises;
      REQUIRE(promises.size() == 1);
      CHECK(promises.front().envelope == *open);
      CHECK(promises.front().lost);
      CHECK(promises.front().line.first_due_at_ms == promises.front().line.due_at_ms);
      CHECK(person->StateOf(*open) == MessageState::kReplyDue);
      CHECK(person->StateOf(*answered) == MessageState::kAnswered);
      CHECK(person->Texts().size() == 3);
      CHECK_FALSE(Has(person->AlarmReasons(), Reason::kIntegrity));
    }
    CHECK(couple.client.engine->Queued().value() == 0);
  }
  // What is promised since is not lost, also before its entry is here.
  const auto since = couple.client.CheckIn("asked after it");
  REQUIRE(couple.client.Sync().ok());
  for (const PromiseView& promise : couple.client.Standing().promises) {
    CHECK(promise.lost == (promise.envelope == *open));
  }
  SyncAll(couple);
  REQUIRE(couple.therapist.Reply(*since, "of course").ok());
  REQUIRE(couple.therapist.Reply(*open, "and here").ok());
  SyncAll(couple);
  CHECK(Owed(couple.client) == 0);
  CHECK(couple.client.StateOf(*open) == MessageState::kAnswered);
}

TEST_CASE("A reply that a restored backup lost keeps its promise and brings no second one") {
  TestCouple couple;
  AgreeOnHours(couple);
  const auto backup = couple.practice.rows();
  const auto asked = couple.client.CheckIn("please answer");
  SyncAll(couple, 2);
  REQUIRE(couple.therapist.Reply(*asked, "not seen yet").ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  SyncAll(couple);  // the therapist's device comes first, with the reply
  couple.practice.Pass(2 * limits::kDayMs);
  couple.RestartPractice();
  SyncAll(couple);
  CHECK(couple.client.StateOf(*asked) == MessageState::kAnswered);
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    CHECK(Owed(*person) == 0);
    CHECK_FALSE(Has(person->AlarmReasons(), Reason::kIntegrity));
  }
  CHECK(couple.client.engine->Queued().value() == 0);
}

TEST_CASE("A restore under a watch heals while watching") {
  TestCouple couple;
  const auto backup = couple.practice.rows();
  couple.client.engine->Watch({});
  couple.therapist.engine->Watch({});
  couple.executor.RunFor(1000);
  REQUIRE(couple.client.CheckIn("seen").ok());
  couple.executor.RunFor(1000);
  REQUIRE(couple.therapist.Note("an answer").ok());
  couple.executor.RunFor(1000);
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  couple.client.transport.Break();
  couple.therapist.transport.Break();
  REQUIRE(couple.client.CheckIn("after").ok());
  couple.executor.RunFor(5 * limits::kMinuteMs);
  CHECK(couple.therapist.Texts() == Texts{"seen", "an answer", "after"});
  CHECK(couple.client.Texts() == Texts{"seen", "an answer", "after"});
  CHECK_FALSE(Has(couple.client.AlarmReasons(), Reason::kIntegrity));
  CHECK_FALSE(Has(couple.therapist.AlarmReasons(), Reason::kIntegrity));
}

TEST_CASE("An older copy of a vault reads on, but sends nothing and says what to do") {
  TestCouple couple;
  REQUIRE(couple.client.CheckIn("one").ok());
  REQUIRE(couple.client.Sync().ok());
  const MemoryContents copy = couple.client.storage.contents();
  REQUIRE(couple.client.CheckIn("two").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  const std::size_t sends = couple.client.transport.sends();

  couple.client.Reopen(copy);
  REQUIRE(couple.client.CheckIn("three").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Note("can you read this?").ok());
  REQUIRE(couple.therapist.Sync().ok());
  const auto report = couple.client.Sync();
  REQUIRE(report.ok());
  CHECK(couple.client.transport.sends() == sends);
  CHECK(report->received == 1);
  const auto alarms = couple.client.TakeAlarms();
  REQUIRE_FALSE(alarms.empty());
  CHECK(alarms.front().reason == Reason::kVaultRolledBack);
  CHECK(ReasonOf(couple.client.Note("four").status()) == Reason::kVaultRolledBack);
}

TEST_CASE("A peer that holds more of my chain than I do proves an older copy") {
  TestCouple couple;
  REQUIRE(couple.client.CheckIn("one").ok());
  REQUIRE(couple.client.Sync().ok());
  const MemoryContents copy = couple.client.storage.contents();
  REQUIRE(couple.client.CheckIn("two").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());

  // A practice that hides the newer logins: it echoes the one that was made.
  couple.client.Reopen(copy);
  v1::SignedStatement mine;
  couple.client.transport.on_request = [&](const std::string& method,
                                           google::protobuf::Message& message) {
    if (method == "Authenticate") mine = static_cast<v1::AuthenticateRequest&>(message).login();
  };
  couple.client.transport.on_response = [&](const std::string& method,
                                            google::protobuf::Message& message) {
    if (method != "Authenticate") return;
    *static_cast<v1::AuthenticateResponse&>(message).mutable_highest_login() = mine;
  };
  REQUIRE(couple.client.Sync().ok());
  CHECK(Has(couple.client.AlarmReasons(), Reason::kVaultRolledBack));
  CHECK(ReasonOf(couple.client.Note("three").status()) == Reason::kVaultRolledBack);
}

TEST_CASE("A practice that hides the newest login is found out") {
  TestCouple couple;
  v1::SignedStatement first;
  couple.client.transport.on_response = [&](const std::string& method,
                                            google::protobuf::Message& message) {
    if (method != "Authenticate") return;
    auto& response = static_cast<v1::AuthenticateResponse&>(message);
    if (first.statement().empty()) first = response.highest_login();
    *response.mutable_highest_login() = first;
  };
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.AlarmReasons().empty());
  REQUIRE(couple.client.Sync().ok());
  CHECK(Has(couple.client.AlarmReasons(), Reason::kIntegrity));
}

}  // namespace
}  // namespace holdfast::client
