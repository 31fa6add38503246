// A malicious client, with an honest practice: it reaches nobody but itself.
#include <algorithm>

#include "client/core/outside/limits.h"
#include "client/words/alarm_words.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;
using google::protobuf::Message;

bool IsOneLine(const std::string& text) {
  return std::ranges::none_of(text, [](char c) { return c == '\n' || c == '\r' || c == '\x1b'; });
}

std::size_t SentIn(TestPerson& person, const BondId& bond) {
  std::size_t count = 0;
  EditVault(person, [&](VaultChange& change) { count = *change.Count(names::SentOf(bond)); });
  return count;
}

TEST_CASE("A client who claims messages never sent to it silences only its own bond") {
  TestCouple couple;
  SecondClient lea(couple);
  const BondId kim_bond = couple.client.bond();
  const DeviceId therapist = couple.therapist.engine->identity().device;
  EditVault(couple.client, [&](VaultChange& change) {
    vault::Chain chain;
    chain.set_newest_position(1'000'000);
    chain.set_whole_position(1'000'000);
    chain.set_newest_head(Bytes(32, 'x'));
    chain.set_whole_head(Bytes(32, 'x'));
    change.Put(names::Chain(kim_bond, therapist), chain);
  });
  REQUIRE(couple.client.Note("hi").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"hi"});
  const auto alarms = couple.therapist.TakeAlarms();
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.front().bond == kim_bond);
  CHECK(alarms.front().kind == AlarmKind::kClaimsMoreThanSent);
  CHECK(alarms.front().args.who == PersonName{Who::kClient, "Kim"});
  CHECK(ReasonOf(NoteTo(couple.therapist, kim_bond, "to Kim").status()) ==
        Reason::kVaultRolledBack);

  REQUIRE(NoteTo(couple.therapist, lea.person.bond(), "to Lea").ok());
  const std::size_t sends = couple.therapist.transport.sends();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.transport.sends() == sends + 1);
  REQUIRE(lea.person.Sync().ok());
  CHECK(lea.person.Texts() == Texts{"to Lea"});
  // It is said once, and nothing more is sealed in that bond.
  REQUIRE(couple.client.Note("hi again").ok());
  REQUIRE(couple.client.Sync().ok());
  couple.practice.clock.Advance(2 * limits::kDayMs);
  couple.RestartPractice();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.TakeAlarms().empty());
  CHECK(SentIn(couple.therapist, kim_bond) == 0);
}

TEST_CASE("Nothing that a client writes becomes a line of an alarm") {
  TestCouple couple;
  const auto id = couple.client.CheckIn("x");
  EditVault(couple.client, [&](VaultChange& change) {
    auto message = change.Read(names::Message(*id));
    v1::Content content;
    content.ParseFromString(message->content());
    content.mutable_check_in()->add_answers()->set_link_id("\nATTENTION: call +1 555 0100\x1b[0m");
    message->set_content(content.SerializeAsString());
    change.Put(names::Message(*id), *message);
  });
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  const auto alarms = couple.therapist.TakeAlarms();
  REQUIRE(alarms.size() == 1);
  CHECK(IsOneLine(AlarmText(alarms.front())));
  CHECK(AlarmText(alarms.front()).find("555 0100") == std::string::npos);
}

TEST_CASE("An alarm is one line whatever the people are called") {
  TestCouple couple;
  REQUIRE(couple.therapist.engine->SetLabel(couple.therapist.bond(), "Kim\n\x1b[2J").ok());
  couple.therapist.transport.on_response = [](const std::string& method, Message& message) {
    if (method != "Subscribe") return;
    for (v1::Entry& entry : *static_cast<v1::SubscribeResponse&>(message).mutable_entries()) {
      if (entry.has_delivery()) entry.mutable_delivery()->mutable_body()->back() ^= 1;
    }
  };
  REQUIRE(couple.client.Note("spoilt").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  const auto alarms = couple.therapist.TakeAlarms();
  REQUIRE(alarms.size() == 1);
  CHECK(IsOneLine(AlarmText(alarms.front())));
}

TEST_CASE("Receipts that a client never confirms stop after a few, but for those that go anyway") {
  constexpr std::size_t automatic_max = limits::kAutomaticUncoveredMax;
  TestCouple couple;
  const BondId bond = couple.client.bond();
  // It sends, and takes nothing in.
  couple.client.transport.on_response = [](const std::string& method, Message& message) {
    if (method == "Subscribe") static_cast<v1::SubscribeResponse&>(message).clear_entries();
  };
  for (std::size_t i = 0; i < 2 * automatic_max; ++i) {
    REQUIRE(couple.client.Note("ping").ok());
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
  }
  CHECK(SentIn(couple.therapist, bond) == automatic_max);
  couple.practice.clock.Advance(limits::kSignMs + limits::kMinuteMs);
  couple.RestartPractice();
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(SentIn(couple.therapist, bond) == automatic_max + 1);
  // What a person writes goes at once.
  REQUIRE(couple.therapist.Note("are you there?").ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.engine->Queued().value() == 0);
}

TEST_CASE("What waits for one client leaves room for every other") {
  TestCouple couple;
  SecondClient lea(couple);
  const BondId kim_bond = couple.client.bond();
  REQUIRE(NoteTo(couple.therapist, kim_bond, "one").ok());
  REQUIRE(couple.therapist.Sync().ok());
  const auto fill = [&](Kind kind) {
    EditVault(couple.therapist, [&](VaultChange& change) {
      auto one = change.Read(names::Sent(kim_bond, 1));
      one->set_kind(static_cast<std::uint32_t>(kind));
      one->clear_request();
      for (std::uint64_t i = 0; i < limits::kOutboxMessagesMax; ++i) {
        change.Put(names::Sent(kim_bond, 10'000 + i), *one);
      }
    });
  };
  // Receipts take no room from messages.
  fill(Kind::kReceipt);
  CHECK(NoteTo(couple.therapist, kim_bond, "two").ok());
  fill(Kind::kNote);
  CHECK(ReasonOf(NoteTo(couple.therapist, kim_bond, "three").status()) == Reason::kOutboxFull);
  CHECK(NoteTo(couple.therapist, lea.person.bond(), "to Lea").ok());
}

}  // namespace
}  // namespace holdfast::client
