// What was written and not sent: kept sealed, offered whole, gone once it is sent.
#include "client/core/outside/clean_text.h"
#include "client/core/outside/limits.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

Draft NoteTo(const BondId& bond, const std::string& text) {
  auto content = std::make_shared<v1::Content>();
  content->mutable_note()->set_text(text);
  content->mutable_note()->set_need(v1::NEED_NONE);
  Draft draft;
  draft.bond = bond;
  draft.kind = Kind::kNote;
  draft.content = std::move(content);
  return draft;
}

std::string NoteIn(const KeptDraft& kept) { return kept.draft.content->note().text(); }

TEST_CASE("A text that was not sent is kept sealed and outlives the process") {
  TestCouple world;
  Draft draft = NoteTo(world.client.bond(), "the words of a bad evening");
  draft.release.when = ReleaseWhen::kAtTime;
  draft.release.at_ms = 7;
  const auto id = world.client.engine->KeepDraft(draft);
  REQUIRE(id.ok());
  for (const auto& [name, value] : world.client.storage.contents()) {
    CHECK(value.find("bad evening") == std::string::npos);
  }
  world.client.Reopen();
  const auto drafts = world.client.engine->Drafts();
  REQUIRE(drafts.ok());
  REQUIRE(drafts->size() == 1);
  CHECK(NoteIn(drafts->front()) == "the words of a bad evening");
  CHECK(drafts->front().draft.bond == world.client.bond());
  CHECK(drafts->front().draft.kind == Kind::kNote);
  CHECK(drafts->front().draft.release == draft.release);
  CHECK(drafts->front().draft.kept == *id);
}

TEST_CASE("What is too long to send, or unfinished, is kept all the same") {
  TestCouple world;
  const std::string long_text(limits::kTextBytesMax + 1, 'x');
  REQUIRE(world.client.engine->KeepDraft(NoteTo(world.client.bond(), long_text)).ok());
  world.practice.Pass(1);  // the oldest stands first
  Draft form;
  form.kind = Kind::kCheckIn;
  auto content = std::make_shared<v1::Content>();
  content->mutable_check_in()->add_answers()->set_link_id("rest");
  form.content = content;
  REQUIRE(world.client.engine->KeepDraft(form).ok());
  const auto drafts = world.client.engine->Drafts();
  REQUIRE(drafts.ok());
  REQUIRE(drafts->size() == 2);
  CHECK(NoteIn(drafts->front()) == long_text);
  CHECK(drafts->back().draft.content->check_in().answers_size() == 1);
  CHECK_FALSE(drafts->back().draft.bond.has_value());
}

TEST_CASE("A draft goes in the step that sends it, and only then") {
  TestCouple world;
  Draft draft = NoteTo(world.client.bond(), "");
  const auto id = world.client.engine->KeepDraft(draft);
  REQUIRE(id.ok());
  draft.kept = *id;
  CHECK_FALSE(world.client.engine->Write(draft).ok());  // empty
  CHECK(world.client.engine->Drafts()->size() == 1);
  draft = NoteTo(world.client.bond(), "now with words");
  draft.kept = *id;
  REQUIRE(world.client.engine->Write(draft).ok());
  CHECK(world.client.engine->Drafts()->empty());
}

TEST_CASE("A draft that is kept again takes its own place, and dropping it ends it") {
  TestCouple world;
  Draft draft = NoteTo(world.client.bond(), "first");
  const auto id = world.client.engine->KeepDraft(draft);
  draft = NoteTo(world.client.bond(), "second");
  draft.kept = *id;
  CHECK(*world.client.engine->KeepDraft(draft) == *id);
  REQUIRE(world.client.engine->Drafts()->size() == 1);
  CHECK(NoteIn(world.client.engine->Drafts()->front()) == "second");
  CHECK(world.client.engine->DropDraft(*id).ok());
  CHECK(world.client.engine->Drafts()->empty());
  CHECK(ReasonOf(world.client.engine->DropDraft(*id)) == Reason::kUsage);
}

TEST_CASE("Drafts are bounded, and none is dropped for another") {
  TestCouple world;
  for (std::size_t i = 0; i < limits::kDraftsMax; ++i) {
    REQUIRE(world.client.engine->KeepDraft(NoteTo(world.client.bond(), std::to_string(i))).ok());
  }
  const auto refused = world.client.engine->KeepDraft(NoteTo(world.client.bond(), "one more"));
  CHECK(ReasonOf(refused.status()) == Reason::kOutboxFull);
  CHECK(world.client.engine->Drafts()->size() == limits::kDraftsMax);
  const auto huge = NoteTo(world.client.bond(), std::string(limits::kDraftBytesMax, 'x'));
  CHECK(ReasonOf(world.client.engine->KeepDraft(huge).status()) == Reason::kTooLarge);
  const auto bytes = NoteTo(world.client.bond(), "not \xff text");
  CHECK(ReasonOf(world.client.engine->KeepDraft(bytes).status()) == Reason::kMalformedField);
}

TEST_CASE("No control character is ever stored in a text") {
  TestCouple world;
  const auto id = world.client.engine->Write(
      NoteTo(world.client.bond(), "I fell bad\x1b[D\x1b[D\x07\r\nsecond\tline\x7f\xc2\x9b"));
  REQUIRE(id.ok());
  const auto message = world.client.engine->Message(id->hex());
  REQUIRE(message.ok());
  CHECK(message->content->note().text() == "I fell bad[D[D\nsecond\tline");
  REQUIRE(world.client.engine->SetLabel(world.client.bond(), "red\x1b[31m\nX").ok());
  CHECK(world.client.engine->Bonds()->front().label == "red[31m X");
  REQUIRE(world.client.engine->MarkRupture(*id, "it\x1b[2J hurt").ok());
  CHECK(world.client.engine->OpenRuptures()->front().text == "it[2J hurt");
  const auto only = NoteTo(world.client.bond(), "\x1b\x07");
  CHECK(ReasonOf(world.client.engine->Write(only).status()) == Reason::kMalformedField);
}

TEST_CASE("Taking controls out leaves every script as it is") {
  const std::string text = "Grüße, 日本語 🙂\n\tzweite Zeile Â";
  CHECK(WithoutControls(text) == text);
  CHECK(WithoutControls("a\rb\r\nc\xc2\x85"
                        "d") == "a\nb\nc\nd");
  CHECK(WithoutControls("\xff\xc2") == "\xff\xc2");
}

}  // namespace
}  // namespace holdfast::client
