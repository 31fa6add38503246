// "That landed badly": the client's mark stands for both until the client closes it,
// and the practice learns nothing of it.
#include <set>

#include "client/core/outside/limits.h"
#include "client/core/reading/overview.h"
#include "rules/header.h"
#include "support/catch.h"
#include "support/client_world.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

// A reply that the client has read.
EnvelopeId ReplyTo(TestCouple& couple) {
  const auto check_in = couple.client.CheckIn("a heavy week");
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  const auto reply = couple.therapist.Reply(*check_in, "try to see the bright side");
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  return *reply;
}

std::vector<RuptureView> Open(TestPerson& person) { return person.engine->OpenRuptures().value(); }

void Exchange(TestCouple& couple) {
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
}

TEST_CASE("A mark stands for both sides until the client closes it") {
  TestCouple couple;
  const EnvelopeId reply = ReplyTo(couple);
  REQUIRE(couple.client.engine->MarkRupture(reply, "it felt as if I may not be sad").ok());
  REQUIRE(Open(couple.client).size() == 1);
  Exchange(couple);
  const auto seen = Open(couple.therapist);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].message == reply);
  CHECK(seen[0].text == "it felt as if I may not be sad");
  CHECK(seen[0].marked_at_ms != 0);
  const auto message = couple.therapist.engine->Message(reply.hex());
  REQUIRE(message->rupture.has_value());
  CHECK_FALSE(message->rupture->closed);

  REQUIRE(couple.therapist.Reply(reply, "I am sorry; tell me more?").ok());
  couple.therapist.Reopen();
  CHECK(Open(couple.therapist).size() == 1);

  REQUIRE(couple.client.engine->CloseRupture(reply).ok());
  CHECK(Open(couple.client).empty());
  Exchange(couple);
  CHECK(Open(couple.therapist).empty());
  CHECK(couple.therapist.engine->Message(reply.hex())->rupture->closed);
  CHECK(couple.therapist.AlarmReasons().empty());
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("A mark without words is enough, and marking twice tells nothing new") {
  TestCouple couple;
  const EnvelopeId reply = ReplyTo(couple);
  Exchange(couple);
  const std::size_t sends = couple.client.transport.sends();
  REQUIRE(couple.client.engine->MarkRupture(reply, "").ok());
  REQUIRE(couple.client.engine->MarkRupture(reply, "").ok());
  Exchange(couple);
  CHECK(couple.client.transport.sends() == sends + 1);
  REQUIRE(Open(couple.therapist).size() == 1);
  CHECK(Open(couple.therapist)[0].text.empty());
  // Words may come later, and leave it one mark.
  REQUIRE(couple.client.engine->MarkRupture(reply, "now I know why").ok());
  Exchange(couple);
  REQUIRE(Open(couple.therapist).size() == 1);
  CHECK(Open(couple.therapist)[0].text == "now I know why");
}

TEST_CASE("A mark made offline waits on the device, counted, and goes out once") {
  TestCouple couple;
  const EnvelopeId reply = ReplyTo(couple);
  Exchange(couple);
  couple.client.transport.away = true;
  REQUIRE(couple.client.engine->MarkRupture(reply, "on the train").ok());
  CHECK(couple.client.engine->Queued().value() == 1);
  CHECK_FALSE(couple.client.Sync().ok());
  couple.client.Reopen();
  CHECK(couple.client.engine->Queued().value() == 1);
  couple.client.transport.away = false;
  couple.client.transport.fate = [lost = false](const std::string& method) mutable {
    if (method != "Send" || lost) return DirectTransport::Fate::kDeliver;
    lost = true;
    return DirectTransport::Fate::kLoseResponse;
  };
  CHECK_FALSE(couple.client.Sync().ok());
  CHECK(couple.client.engine->Queued().value() == 1);
  Exchange(couple);
  CHECK(couple.client.engine->Queued().value() == 0);
  CHECK(Open(couple.therapist).size() == 1);
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("Any message of the bond can be marked, and one's own as well") {
  TestCouple couple;
  ReplyTo(couple);
  for (const MessageView& message : couple.client.Messages()) {
    REQUIRE(couple.client.engine->MarkRupture(message.id, "").ok());
  }
  Exchange(couple);
  CHECK(Open(couple.therapist).size() == 2);
}

TEST_CASE("Only the client marks and closes") {
  TestCouple couple;
  const EnvelopeId reply = ReplyTo(couple);
  CHECK(ReasonOf(couple.therapist.engine->MarkRupture(reply, "")) == Reason::kUsage);
  REQUIRE(couple.client.engine->MarkRupture(reply, "").ok());
  Exchange(couple);
  CHECK(ReasonOf(couple.therapist.engine->CloseRupture(reply)) == Reason::kUsage);
  CHECK(Open(couple.therapist).size() == 1);
}

TEST_CASE("A bad mark is refused and changes nothing") {
  TestCouple couple;
  const EnvelopeId reply = ReplyTo(couple);
  Engine& engine = *couple.client.engine;
  const MemoryContents before = couple.client.storage.contents();
  CHECK(ReasonOf(engine.CloseRupture(reply)) == Reason::kUsage);
  CHECK(ReasonOf(engine.MarkRupture(EnvelopeId(), "")) == Reason::kUnknownEnvelope);
  CHECK(FieldOf(engine.MarkRupture(reply, "\xff")) == "rupture.text");
  const std::string long_text(limits::kRuptureTextBytesMax + 1, 'x');
  CHECK(ReasonOf(engine.MarkRupture(reply, long_text)) == Reason::kTooLarge);
  CHECK(couple.client.storage.contents() == before);
}

TEST_CASE("Marks on messages that are not here are counted, not listed, and bounded") {
  TestCouple couple;
  const EnvelopeId reply = ReplyTo(couple);
  Exchange(couple);
  const BondId bond = couple.client.bond();
  constexpr std::size_t kMarks = limits::kMarksOnMissingMax + 8;
  std::vector<EnvelopeId> invented;
  EditVault(couple.client, [&](VaultChange& change) {
    for (std::size_t i = 0; i < kMarks; ++i) {
      const auto id = EnvelopeId::From(Bytes(16, static_cast<char>('0' + i)), "id").value();
      vault::Message message;
      message.set_bond(bond.str());
      message.set_kind(static_cast<std::uint32_t>(Kind::kNote));
      message.set_content(v1::Content().SerializeAsString());
      change.Put(names::Message(id), message);
      invented.push_back(id);
    }
  });
  for (const EnvelopeId& id : invented) REQUIRE(couple.client.engine->MarkRupture(id, "").ok());
  REQUIRE(couple.client.engine->MarkRupture(reply, "this one").ok());
  Exchange(couple);
  couple.therapist.Reopen();
  const auto open = couple.therapist.engine->ShownRuptures(std::nullopt).value();
  REQUIRE(open.size() == 1);
  CHECK(open.front().mark.message == reply);
  CHECK(open.front().message->id == reply);
  CHECK(Open(couple.therapist).size() == 1);
  const auto overview = couple.therapist.engine->BondsByNeed().value();
  CHECK(overview.front().ruptures.size() == 1);
  CHECK(overview.front().marks_on_missing == kMarks);
  std::size_t kept = 0;
  EditVault(couple.therapist,
            [&](VaultChange& change) { kept = change.Count(names::kRuptures).value(); });
  CHECK(kept == limits::kMarksOnMissingMax + 1);
  REQUIRE(couple.client.engine->CloseRupture(invented.front()).ok());
  REQUIRE(couple.client.engine->CloseRupture(invented.back()).ok());  // it was not kept
  Exchange(couple);
  CHECK(couple.therapist.engine->BondsByNeed()->front().marks_on_missing == kMarks - 2);
  // Worded anew, one that was not kept is still one.
  REQUIRE(couple.client.engine->MarkRupture(invented[kMarks - 2], "in other words").ok());
  Exchange(couple);
  CHECK(couple.therapist.engine->BondsByNeed()->front().marks_on_missing == kMarks - 2);
  // One whose message comes after it was counted is counted no more once it is closed.
  const EnvelopeId late = invented[kMarks - 3];
  EditVault(couple.therapist, [&](VaultChange& change) {
    vault::Message message;
    message.set_bond(bond.str());
    message.set_kind(static_cast<std::uint32_t>(Kind::kNote));
    message.set_content(v1::Content().SerializeAsString());
    change.Put(names::Message(late), message);
  });
  REQUIRE(couple.client.engine->CloseRupture(late).ok());
  Exchange(couple);
  CHECK(couple.therapist.engine->BondsByNeed()->front().marks_on_missing == kMarks - 3);
}

TEST_CASE("A mark finds room again once the messages of others have come") {
  TestCouple couple;
  const BondId bond = couple.client.bond();
  const auto put = [&](TestPerson& person, std::size_t number) {
    const auto id = EnvelopeId::From(Bytes(16, static_cast<char>('0' + number)), "id").value();
    EditVault(person, [&](VaultChange& change) {
      vault::Message message;
      message.set_bond(bond.str());
      message.set_kind(static_cast<std::uint32_t>(Kind::kNote));
      message.set_content(v1::Content().SerializeAsString());
      change.Put(names::Message(id), message);
    });
    return id;
  };
  const auto mark = [&](std::size_t number) {
    const EnvelopeId id = put(couple.client, number);  // and the engine is another one then
    REQUIRE(couple.client.engine->MarkRupture(id, "").ok());
  };
  for (std::size_t i = 0; i < limits::kMarksOnMissingMax; ++i) mark(i);
  Exchange(couple);
  CHECK(Open(couple.therapist).empty());
  for (std::size_t i = 0; i < limits::kMarksOnMissingMax; ++i) put(couple.therapist, i);
  mark(limits::kMarksOnMissingMax);
  Exchange(couple);
  put(couple.therapist, limits::kMarksOnMissingMax);
  CHECK(Open(couple.therapist).size() == limits::kMarksOnMissingMax + 1);
}

TEST_CASE("To the practice a mark is a beacon, with words or without") {
  TestCouple couple;
  const EnvelopeId reply = ReplyTo(couple);
  Exchange(couple);
  std::vector<Header> sent;
  couple.client.transport.on_request = [&](const std::string& method,
                                           google::protobuf::Message& request) {
    if (method != "Send") return;
    sent.push_back(DecodeHeader(static_cast<v1::SendRequest&>(request).header()).value());
  };
  couple.practice.clock.Advance(limits::kDayMs + 1);
  couple.RestartPractice();
  REQUIRE(couple.client.Sync().ok());  // a beacon
  REQUIRE(couple.client.engine->MarkRupture(reply, "").ok());
  REQUIRE(couple.client.Sync().ok());
  const std::string most(limits::kRuptureTextBytesMax, 'x');
  REQUIRE(couple.client.engine->MarkRupture(reply, most).ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.engine->CloseRupture(reply).ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(sent.size() == 4);
  for (const Header& header : sent) {
    CHECK(header.kind == Kind::kControl);
    CHECK(header.body_bytes == sent[0].body_bytes);
    CHECK(header.reply_to.is_zero());
    CHECK(header.slot.is_zero());
    CHECK_FALSE(header.reply_owed);
  }
  // And nothing goes back that a beacon would not bring about.
  const std::size_t answers = couple.therapist.transport.sends();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.transport.sends() <= answers + 1);
}

TEST_CASE("A mark lives through a restored backup of the practice") {
  TestCouple couple;
  const EnvelopeId reply = ReplyTo(couple);
  Exchange(couple);
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.engine->MarkRupture(reply, "still here").ok());
  REQUIRE(couple.client.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  for (int i = 0; i < 3; ++i) {
    couple.client.Sync().IgnoreError();
    couple.therapist.Sync().IgnoreError();
  }
  REQUIRE(Open(couple.therapist).size() == 1);
  CHECK(Open(couple.therapist)[0].text == "still here");
}

}  // namespace
}  // namespace holdfast::client
