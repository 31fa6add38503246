// How a mark travels: in signs that go anyway, so that the practice learns nothing of it.
#include <utility>

#include "client/core/outside/limits.h"
#include "client/core/shown/content.h"
#include "crypto/public/login.h"
#include "rules/header.h"
#include "support/catch.h"
#include "support/client_world.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

// A reply that the client has read.
EnvelopeId ReplyHeard(TestCouple& couple) {
  const auto check_in = couple.client.CheckIn("a heavy week");
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  const auto reply = couple.therapist.Reply(*check_in, "try to see the bright side");
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  return *reply;
}

std::vector<RuptureView> OpenAt(TestPerson& person) {
  return person.engine->OpenRuptures().value();
}

// The next day.
void NextDay(TestCouple& couple) {
  couple.practice.clock.Advance(limits::kSignMs + limits::kMinuteMs);
  couple.RestartPractice();
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
}

// What the practice sees of a client's device: calls with their sizes and times, and what the
// statements in them say in the open.
using Seen = std::vector<std::string>;

Seen WatchedWeek(bool marks) {
  TestCouple couple;
  const EnvelopeId reply = ReplyHeard(couple);
  Seen seen;
  const std::uint64_t begin_ms = couple.practice.clock.wall_ms;
  std::uint64_t logins = 0;
  couple.client.transport.on_request = [&](const std::string& method,
                                           google::protobuf::Message& request) {
    std::string line = method + " " + std::to_string(request.ByteSizeLong()) + " at " +
                       std::to_string(couple.practice.clock.wall_ms - begin_ms);
    if (method == "Send") {
      const Header header = DecodeHeader(static_cast<v1::SendRequest&>(request).header()).value();
      line += " kind " + std::to_string(static_cast<int>(header.kind)) + " sent " +
              std::to_string(header.sent_at_ms - begin_ms);
    }
    if (method == "Authenticate") {
      const auto login =
          crypto::DecodeLogin(static_cast<v1::AuthenticateRequest&>(request).login().statement());
      if (logins > 0) line += " number " + std::to_string(login->vault_generation - logins);
      logins = login->vault_generation;
    }
    seen.push_back(line);
  };
  const std::string most(limits::kRuptureTextBytesMax, 'x');
  for (int day = 0; day < 7; ++day) {
    NextDay(couple);
    REQUIRE(couple.therapist.Note("a note").ok());
    REQUIRE(couple.therapist.Sync().ok());
    couple.practice.clock.Advance(limits::kHourMs);
    couple.RestartPractice();
    REQUIRE(couple.client.Sync().ok());
    Engine& engine = *couple.client.engine;
    REQUIRE(engine.MarkOpened(couple.client.Messages().back().id).ok());
    if (marks && day % 3 == 0) REQUIRE(engine.MarkRupture(reply, "").ok());
    if (marks && day % 3 == 1) REQUIRE(engine.MarkRupture(reply, most).ok());
    if (marks && day % 3 == 2) REQUIRE(engine.CloseRupture(reply).ok());
    couple.practice.clock.Advance(limits::kHourMs);
    couple.RestartPractice();
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(couple.therapist.engine->Message(reply.hex())->rupture.has_value() == marks);
  }
  return seen;
}

TEST_CASE("To the practice a week with marks is a week without") {
  CHECK(WatchedWeek(true) == WatchedWeek(false));
}

TEST_CASE("A mark goes along with a receipt, before a day is over") {
  TestCouple couple;
  const EnvelopeId reply = ReplyHeard(couple);
  REQUIRE(couple.client.engine->MarkOpened(reply).ok());
  REQUIRE(couple.client.engine->MarkRupture(reply, "").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(OpenAt(couple.therapist).size() == 1);
}

TEST_CASE("Marks that one sign cannot hold go with the next, and none is lost") {
  TestCouple couple;
  ReplyHeard(couple);
  const std::string most(limits::kRuptureTextBytesMax, 'x');
  for (const MessageView& message : couple.client.Messages()) {
    REQUIRE(couple.client.engine->MarkRupture(message.id, most).ok());
  }
  NextDay(couple);
  CHECK(OpenAt(couple.therapist).size() == 1);
  NextDay(couple);
  CHECK(OpenAt(couple.therapist).size() == 2);
}

TEST_CASE("A mark in a sign that the practice refused goes with the next one") {
  TestCouple couple;
  const EnvelopeId reply = ReplyHeard(couple);
  NextDay(couple);
  REQUIRE(couple.client.engine->MarkRupture(reply, "heard?").ok());
  couple.client.transport.refusal = [refused = false](const std::string& method) mutable {
    if (method != "Send" || std::exchange(refused, true)) return absl::OkStatus();
    return Refuse(Reason::kMalformedField, "header", "is not taken");
  };
  NextDay(couple);
  CHECK(OpenAt(couple.therapist).empty());
  CHECK(OpenAt(couple.client).front().goes_from_ms != 0);
  NextDay(couple);
  REQUIRE(OpenAt(couple.therapist).size() == 1);
  CHECK(OpenAt(couple.therapist)[0].text == "heard?");
}

TEST_CASE("A mark that version 0.1.0 left in the outbox still goes out") {
  TestCouple couple;
  const EnvelopeId reply = ReplyHeard(couple);
  v1::Control control;
  control.mutable_rupture()->set_envelope_id(reply.str());
  control.mutable_rupture()->set_turn(1);
  control.mutable_rupture()->set_text("from before");
  const BondId bond = couple.client.bond();
  EditVault(couple.client, [&](VaultChange& change) {
    auto progress = change.Read(names::kProgress).value();
    vault::Queued entry;
    entry.set_envelope(Bytes(16, 'm'));
    entry.set_bond(bond.str());
    entry.set_kind(static_cast<std::uint32_t>(Kind::kControl));
    entry.set_content(SerializeControl(control).value());
    change.Put(names::Outbox(progress.outbox_next()), entry);
    progress.set_outbox_next(progress.outbox_next() + 1);
    change.Put(names::kProgress, progress);
  });
  CHECK(couple.client.engine->Queued().value() == 1);
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(OpenAt(couple.therapist).size() == 1);
  CHECK(OpenAt(couple.therapist)[0].text == "from before");
}

TEST_CASE("A mark lives through a restored backup of the practice") {
  TestCouple couple;
  const EnvelopeId reply = ReplyHeard(couple);
  NextDay(couple);
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.engine->MarkRupture(reply, "still here").ok());
  couple.practice.clock.Advance(limits::kSignMs + limits::kMinuteMs);
  couple.RestartPractice();
  REQUIRE(couple.client.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  for (int i = 0; i < 3; ++i) {
    couple.client.Sync().IgnoreError();
    couple.therapist.Sync().IgnoreError();
  }
  REQUIRE(OpenAt(couple.therapist).size() == 1);
  CHECK(OpenAt(couple.therapist)[0].text == "still here");
}

}  // namespace
}  // namespace holdfast::client
