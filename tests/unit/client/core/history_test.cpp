// The whole history, threads in it, and what a person keeps to find it again.
#include <algorithm>
#include <string>
#include <vector>

#include "client/core/outside/limits.h"
#include "support/ahead_couple.h"
#include "support/catch.h"
#include "unit/client/core/several_devices.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

std::vector<std::string> TextsIn(TestPerson& person, const HistoryQuery& query) {
  std::vector<std::string> texts;
  const absl::Status read = person.engine->EachMessage(query, [&](MessageView message) {
    texts.push_back(TextOf(message));
    return absl::StatusOr<bool>(true);
  });
  INFO(read);
  CHECK(read.ok());
  return texts;
}

std::vector<std::string> KeptTexts(TestPerson& person) {
  HistoryQuery query;
  query.kept_only = true;
  return TextsIn(person, query);
}

EnvelopeId IdOf(TestPerson& person, const std::string& text) {
  for (const MessageView& message : person.Messages()) {
    if (TextOf(message) == text) return message.id;
  }
  FAIL("no message says " << text);
  return {};
}

void ExchangeAll(TestCouple& couple) {
  for (int i = 0; i < 2; ++i) {
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
  }
}

}  // namespace

TEST_CASE("the whole history comes in its bond's order, each message once, as it is shown") {
  TestCouple couple;
  const std::uint64_t begin_ms = couple.client.clock.WallMs();
  for (int i = 0; i < 70; ++i) {
    couple.executor.RunFor(limits::kMinuteMs);
    REQUIRE(couple.client.Note("mine " + std::to_string(i)).ok());
    if (i % 7 == 0) ExchangeAll(couple);
    if (i % 5 == 0) REQUIRE(couple.therapist.Note("theirs " + std::to_string(i)).ok());
  }
  ExchangeAll(couple);
  REQUIRE(couple.client.Note("not sent yet").ok());
  const std::vector<std::string> whole = TextsIn(couple.client, {});
  CHECK(whole == couple.client.Texts());
  CHECK(whole.size() == 85);
  CHECK(whole.back() == "not sent yet");

  HistoryQuery part;
  part.since_ms = begin_ms + 10 * limits::kMinuteMs;
  part.until_ms = begin_ms + 12 * limits::kMinuteMs;
  part.wanted = [](const v1::Content& content) {
    return content.note().text().starts_with("mine");
  };
  CHECK(TextsIn(couple.client, part) == std::vector<std::string>{"mine 9", "mine 10"});
  int seen = 0;
  CHECK(couple.client.engine
            ->EachMessage({}, [&](const MessageView&) { return absl::StatusOr<bool>(++seen < 3); })
            .ok());
  CHECK(seen == 3);
  const absl::Status stopped =
      couple.client.engine->EachMessage({}, [](const MessageView&) -> absl::StatusOr<bool> {
        return Refuse(Reason::kStorageFailed, "file", "is full");
      });
  CHECK(ReasonOf(stopped) == Reason::kStorageFailed);
}

TEST_CASE("what was written ahead stands in the history where it came, as in the inbox") {
  AheadCouple couple;
  couple.SyncBoth();
  REQUIRE(couple.therapist.Note("first").ok());
  const auto later = couple.At(2 * limits::kHourMs);
  REQUIRE(couple.therapist.Ahead("written early, for later", later).ok());
  couple.SyncBoth();
  couple.Pass(limits::kHourMs);
  REQUIRE(couple.client.Note("between").ok());
  couple.SyncBoth();
  couple.Pass(2 * limits::kHourMs);
  REQUIRE(couple.client.Note("after").ok());
  couple.SyncBoth();
  const std::vector<std::string> order = {"first", "between", "written early, for later", "after"};
  for (TestPerson* const person : {&couple.client, &couple.therapist}) {
    CHECK(person->Texts() == order);
    CHECK(TextsIn(*person, {}) == order);
  }
}

TEST_CASE("a thread is a message with all that it answers and all that answers it") {
  TestCouple couple;
  const auto first = couple.client.CheckIn("the week");
  REQUIRE(first.ok());
  REQUIRE(couple.client.CheckIn("another week").ok());
  ExchangeAll(couple);
  const auto reply = couple.therapist.Reply(*first, "I read it");
  REQUIRE(reply.ok());
  REQUIRE(couple.therapist.Note("beside it").ok());
  ExchangeAll(couple);
  const auto back = couple.client.Reply(*reply, "thank you");
  REQUIRE(back.ok());
  REQUIRE(couple.client.Reply(*first, "and one more thing").ok());
  ExchangeAll(couple);
  const std::vector<std::string> all = {"the week", "I read it", "thank you", "and one more thing"};
  for (const EnvelopeId& id : {*first, *reply, *back}) {
    const auto thread = couple.therapist.engine->Thread(id);
    REQUIRE(thread.ok());
    std::vector<std::string> texts;
    for (const MessageView& message : *thread) texts.push_back(TextOf(message));
    CHECK(texts == all);
  }
  const auto alone = couple.client.engine->Thread(IdOf(couple.client, "beside it"));
  REQUIRE(alone.ok());
  CHECK(alone->size() == 1);
  CHECK(ReasonOf(couple.client.engine->Thread(EnvelopeId()).status()) == Reason::kUnknownEnvelope);
}

TEST_CASE("what a person keeps is kept on all devices of theirs, and let go of on all of them") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  const std::vector<TestPerson*> everybody = {&couple.client, &all.second, &couple.therapist};
  REQUIRE(couple.therapist.Note("you are not alone with it").ok());
  REQUIRE(couple.therapist.Note("until Thursday").ok());
  ExchangeAll(couple);
  const EnvelopeId id = IdOf(couple.client, "you are not alone with it");
  CHECK(couple.client.engine->KeepMessage(id).value());
  CHECK_FALSE(couple.client.engine->KeepMessage(id).value());
  const std::vector<std::string> kept = {"you are not alone with it"};
  CHECK(KeptTexts(couple.client) == kept);
  CHECK(couple.client.engine->Message(id.hex())->kept_at_ms == couple.client.clock.WallMs());

  // A device that comes later has it with the history.
  REQUIRE(couple.client.Sync().ok());
  all.Link();
  CHECK(KeptTexts(all.second) == kept);
  CHECK(all.second.engine->KeepMessage(IdOf(all.second, "until Thursday")).value());
  all.Settle(everybody);
  CHECK(KeptTexts(couple.client).size() == 2);

  // Let go of on one, and kept again: what was done last holds.
  CHECK(couple.client.engine->KeepMessageNoMore(id).value());
  CHECK_FALSE(couple.client.engine->KeepMessageNoMore(id).value());
  all.Settle(everybody);
  CHECK(KeptTexts(all.second) == std::vector<std::string>{"until Thursday"});
  CHECK(all.second.engine->KeepMessage(id).value());
  all.Settle(everybody);
  CHECK(KeptTexts(couple.client).size() == 2);

  // The other side learns nothing.
  CHECK(KeptTexts(couple.therapist).empty());
  for (TestPerson* const person : everybody) CheckCalm(*person);
}

TEST_CASE("a bookmark that makes no sense changes nothing, and there is a bound to them") {
  TestCouple couple;
  REQUIRE(couple.client.Note("mine").ok());
  const EnvelopeId id = IdOf(couple.client, "mine");
  CHECK(ReasonOf(couple.client.engine->KeepMessage(EnvelopeId()).status()) ==
        Reason::kUnknownEnvelope);
  CHECK_FALSE(couple.client.engine->KeepMessageNoMore(EnvelopeId()).value());
  EditVault(couple.client, [](VaultChange& change) {
    vault::Bookmark bookmark;
    bookmark.set_kept_ms(1);
    for (std::uint64_t i = 0; i < limits::kBookmarksMax; ++i) {
      change.Put(names::kBookmarks.At(Encoder().U64(1).U64(i).Take()), bookmark);
    }
  });
  CHECK(ReasonOf(couple.client.engine->KeepMessage(id).status()) == Reason::kOutboxFull);
  CHECK(KeptTexts(couple.client).empty());
  EditVault(couple.client, [](VaultChange& change) {
    change.Erase(names::kBookmarks.At(Encoder().U64(1).U64(0).Take()));
  });
  CHECK(couple.client.engine->KeepMessage(id).value());
  CHECK(KeptTexts(couple.client) == std::vector<std::string>{"mine"});
}

}  // namespace holdfast::client
