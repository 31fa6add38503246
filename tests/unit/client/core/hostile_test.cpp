// A practice that alters, forges, drops, reorders or repeats is found out, and
// never makes anybody read what was not written.
#include <algorithm>

#include "crypto/public/practice.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;
using google::protobuf::Message;

// Does something to each delivery that the person is handed.
void OnDelivery(TestPerson& person, std::function<void(v1::Delivery&)> change) {
  person.transport.on_response = [change](const std::string& method, Message& message) {
    if (method != "Subscribe") return;
    for (v1::Entry& entry : *static_cast<v1::SubscribeResponse&>(message).mutable_entries()) {
      if (entry.has_delivery()) change(*entry.mutable_delivery());
    }
  };
}

void OnPage(TestPerson& person, std::function<void(v1::SubscribeResponse&)> change) {
  person.transport.on_response = [change](const std::string& method, Message& message) {
    if (method == "Subscribe") change(static_cast<v1::SubscribeResponse&>(message));
  };
}

void Flip(std::string& bytes, std::size_t at) {
  bytes[at % bytes.size()] = static_cast<char>(bytes[at % bytes.size()] ^ 0x01);
}

bool IsAlarmed(TestPerson& person) { return !person.TakeAlarms().empty(); }

TEST_CASE("No altered byte of a delivery is ever read as content, and each raises an alarm") {
  TestCouple couple;
  REQUIRE(couple.client.CheckIn("the truth").ok());
  REQUIRE(couple.client.Sync().ok());
  const MemoryContents before = couple.therapist.storage.contents();
  v1::Delivery original;
  OnDelivery(couple.therapist, [&](v1::Delivery& delivery) { original = delivery; });
  couple.therapist.transport.fate = [](const std::string& method) {
    return method == "Acknowledge" ? DirectTransport::Fate::kLoseRequest
                                   : DirectTransport::Fate::kDeliver;
  };
  couple.therapist.Sync().IgnoreError();
  REQUIRE_FALSE(original.header().empty());

  using Field = std::function<std::string*(v1::Delivery&)>;
  const std::vector<Field> fields = {
      [](v1::Delivery& d) { return d.mutable_header(); },
      [](v1::Delivery& d) { return d.mutable_body(); },
      [](v1::Delivery& d) { return d.mutable_capsule(); },
      [](v1::Delivery& d) { return d.mutable_receipt()->mutable_leaf(); },
      [](v1::Delivery& d) { return d.mutable_receipt()->mutable_batch()->mutable_statement(); },
      [](v1::Delivery& d) { return d.mutable_receipt()->mutable_batch()->mutable_signature(); },
      [](v1::Delivery& d) { return d.mutable_capsule_digests(0); },
  };
  for (const Field& field : fields) {
    const std::size_t size = field(original)->size();
    for (std::size_t at = 0; at < size; at += 1 + size / 40) {
      couple.therapist.Reopen(before);
      couple.practice.clock.Advance(limits::kSecondMs);  // so many logins take their time
      OnDelivery(couple.therapist, [&](v1::Delivery& delivery) {
        delivery = original;
        Flip(*field(delivery), at);
      });
      couple.therapist.Sync().IgnoreError();
      const Texts texts = couple.therapist.Texts();
      CHECK((texts.empty() || texts == Texts{"the truth"}));
      CHECK(IsAlarmed(couple.therapist));
    }
  }
}

TEST_CASE("A message that was spoilt on its way holds up nothing behind it") {
  TestCouple couple;
  for (const char* text : {"one", "two", "three"}) REQUIRE(couple.client.Note(text).ok());
  REQUIRE(couple.client.Sync().ok());
  int number = 0;
  OnDelivery(couple.therapist, [&](v1::Delivery& delivery) {
    if (++number == 2) Flip(*delivery.mutable_body(), 99);
  });
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"one", "three"});
  const auto alarms = couple.therapist.TakeAlarms();
  const bool told = std::ranges::any_of(alarms, [](const Alarm& alarm) {
    return alarm.kind == AlarmKind::kMessagesMissing && alarm.args.count == 1 &&
           alarm.args.who == PersonName{Who::kClient, "Kim"};
  });
  CHECK(told);
  // The sender is never told that all of it arrived.
  couple.therapist.transport.on_response = nullptr;
  REQUIRE(couple.client.Sync().ok());
  const auto mine = couple.client.Messages();
  CHECK(mine[0].state == MessageState::kDelivered);
  CHECK(mine[1].state == MessageState::kStored);
  CHECK(mine[2].state == MessageState::kStored);
}

TEST_CASE("Dropped messages are counted out at the next one") {
  TestCouple couple;
  for (const char* text : {"one", "two", "three", "four"}) REQUIRE(couple.client.Note(text).ok());
  REQUIRE(couple.client.Sync().ok());
  OnPage(couple.therapist, [](v1::SubscribeResponse& page) {
    if (page.entries_size() == 4) page.mutable_entries()->DeleteSubrange(1, 2);
  });
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"one", "four"});
  const auto alarms = couple.therapist.TakeAlarms();
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.front().reason == Reason::kIntegrity);
  CHECK(alarms.front().kind == AlarmKind::kMessagesMissing);
  CHECK(alarms.front().args.count == 2);
  CHECK(alarms.front().args.who == PersonName{Who::kClient, "Kim"});
}

TEST_CASE("A garbage entry is passed over with an alarm") {
  TestCouple couple;
  REQUIRE(couple.client.Note("fine").ok());
  REQUIRE(couple.client.Sync().ok());
  OnPage(couple.therapist, [](v1::SubscribeResponse& page) {
    if (page.entries_size() == 0) return;
    v1::Entry good = page.entries(0);
    page.clear_entries();
    page.add_entries()->mutable_delivery()->set_header("garbage");
    page.add_entries()->mutable_bond_formed()->set_lookup_id("?");
    page.add_entries();
    page.add_entries()->mutable_gap()->set_last(7);
    *page.add_entries() = good;
  });
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"fine"});
  CHECK(couple.therapist.TakeAlarms().size() == 3);
}

TEST_CASE("Messages handed over in another order are shown as stored, with an alarm") {
  TestCouple couple;
  for (const char* text : {"one", "two"}) REQUIRE(couple.client.Note(text).ok());
  REQUIRE(couple.client.Sync().ok());
  OnPage(couple.therapist, [](v1::SubscribeResponse& page) {
    if (page.entries_size() == 2) page.mutable_entries()->SwapElements(0, 1);
  });
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"one", "two"});
  CHECK(IsAlarmed(couple.therapist));
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Messages().back().state == MessageState::kDelivered);
}

TEST_CASE("A repeated delivery is shown once and raises no alarm") {
  TestCouple couple;
  REQUIRE(couple.client.Note("once").ok());
  REQUIRE(couple.client.Sync().ok());
  OnPage(couple.therapist, [](v1::SubscribeResponse& page) {
    if (page.entries_size() == 1) *page.add_entries() = v1::Entry(page.entries(0));
  });
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"once"});
  CHECK_FALSE(IsAlarmed(couple.therapist));
}

TEST_CASE("A forged receipt leaves the message queued and raises an alarm") {
  TestCouple couple;
  const auto id = couple.client.Note("stored?");
  couple.client.transport.on_response = [](const std::string& method, Message& message) {
    if (method != "SendResponse") return;
    Flip(*static_cast<v1::SendResponse&>(message).mutable_receipt()->mutable_leaf(), 100);
  };
  const auto report = couple.client.Sync();
  REQUIRE(report.ok());
  CHECK(report->sent == 0);
  CHECK(report->waiting == 1);
  CHECK(couple.client.StateOf(*id) == MessageState::kQueued);
  CHECK(IsAlarmed(couple.client));
  couple.client.transport.on_response = nullptr;
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.StateOf(*id) == MessageState::kStored);
}

TEST_CASE("A server with another key gets neither token nor login") {
  TestCouple couple;
  std::vector<std::string> asked;
  couple.client.transport.shown_tls_key = TlsKeyHash::From(std::string(32, 'x'), "key").value();
  couple.client.transport.on_request = [&](const std::string& method, Message&) {
    asked.push_back(method);
  };
  const auto refused = couple.client.Sync();
  CHECK(ReasonOf(refused.status()) == Reason::kWrongPractice);
  CHECK(asked == std::vector<std::string>{"Describe"});
}

TEST_CASE("Endorsements of another practice, or altered ones, are refused") {
  TestCouple couple;
  couple.client.transport.on_response = [](const std::string& method, Message& message) {
    if (method != "Describe") return;
    auto& description = static_cast<v1::DescribeResponse&>(message);
    Flip(*description.mutable_endorsements(0)->mutable_statement(), 40);
  };
  CHECK(ReasonOf(couple.client.Sync().status()) == Reason::kWrongPractice);
}

TEST_CASE("A new TLS key that the practice endorsed is followed") {
  TestCouple couple;
  const TlsKeyHash fresh = TlsKeyHash::From(std::string(32, 'n'), "key").value();
  couple.practice.tls_key = fresh;
  couple.RestartPractice();
  REQUIRE(couple.client.Note("over the new key").ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.engine->Queued().value() == 0);
}

TEST_CASE("Altered or foreign device lists are not used") {
  TestCouple couple;
  couple.client.transport.on_response = [](const std::string& method, Message& message) {
    if (method != "GetDevices") return;
    auto& devices = *static_cast<v1::GetDevicesResponse&>(message).mutable_devices();
    Flip(*devices.mutable_lists(0)->mutable_statement(), 60);
  };
  REQUIRE(couple.client.Note("to the right device").ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(IsAlarmed(couple.client));
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"to the right device"});
}

TEST_CASE("A clock that is wrong by more than five minutes is told") {
  TestCouple couple;
  couple.client.clock.ahead_ms = 10 * static_cast<std::int64_t>(limits::kMinuteMs);
  REQUIRE(couple.client.Note("early").ok());
  REQUIRE(couple.client.Sync().ok());
  const auto alarms = couple.client.TakeAlarms();
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.front().kind == AlarmKind::kClocksDiffer);
}

TEST_CASE("A message refused for good says why, and the next one is not held up") {
  TestCouple couple;
  const auto refused = couple.client.Note("from the far future");
  const auto fine = couple.client.Note("fine");
  couple.client.transport.on_request = [&](const std::string& method, Message& message) {
    if (method != "Send") return;
    auto& request = static_cast<v1::SendRequest&>(message);
    const Header header = DecodeHeader(request.header()).value();
    if (header.envelope == *refused) request.clear_body();
  };
  const auto report = couple.client.Sync();
  REQUIRE(report.ok());
  CHECK(report->refused == 1);
  CHECK(report->sent == 1);
  const auto shown = couple.client.engine->Message(refused->hex());
  CHECK_FALSE(shown->refusal.empty());
  CHECK(shown->refusal_reason == Reason::kMalformedField);
  CHECK(couple.client.StateOf(*fine) == MessageState::kStored);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"fine"});
  CHECK_FALSE(IsAlarmed(couple.therapist));
}

}  // namespace
}  // namespace holdfast::client
