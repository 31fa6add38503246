// "That landed badly": the client's mark stands for both until the client closes it.

#include "client/core/outside/limits.h"
#include "client/core/reading/overview.h"
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

// The next day.
void Exchange(TestCouple& couple) {
  couple.practice.clock.Advance(limits::kSignMs + limits::kMinuteMs);
  couple.RestartPractice();
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

TEST_CASE("A mark waits on the device for its next sign, says so, and goes out once") {
  TestCouple couple;
  const EnvelopeId reply = ReplyTo(couple);
  Exchange(couple);
  const std::uint64_t signed_ms = couple.practice.clock.wall_ms;
  couple.client.transport.away = true;
  REQUIRE(couple.client.engine->MarkRupture(reply, "on the train").ok());
  const auto waits = [&] { return Open(couple.client).front().goes_from_ms; };
  CHECK(waits() == signed_ms + limits::kSignMs);
  CHECK(couple.client.engine->Queued().value() == 0);
  couple.client.Reopen();
  CHECK(waits() != 0);
  couple.client.transport.away = false;
  REQUIRE(couple.client.Sync().ok());
  CHECK(waits() != 0);
  couple.practice.clock.Advance(limits::kSignMs + limits::kMinuteMs);
  couple.RestartPractice();
  couple.client.transport.fate = [lost = false](const std::string& method) mutable {
    if (method != "Send" || lost) return DirectTransport::Fate::kDeliver;
    lost = true;
    return DirectTransport::Fate::kLoseResponse;
  };
  CHECK_FALSE(couple.client.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(waits() == 0);
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(Open(couple.therapist).size() == 1);
  // When it was made, not when it went.
  CHECK(Open(couple.therapist)[0].marked_at_ms == signed_ms);
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
  Exchange(couple);  // more than one sign holds
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

}  // namespace
}  // namespace holdfast::client
