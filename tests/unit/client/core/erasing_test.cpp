// What a person erased is gone from their own side, on every device of theirs and for good; its
// place, its state and what the other side has stay.
#include "client/core/outside/limits.h"
#include "support/ahead_couple.h"
#include "unit/client/core/several_devices.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

const std::string kGone = "words that are to be gone";

MessageView ViewOf(TestPerson& person, const EnvelopeId& id) {
  const auto view = person.engine->Message(id.hex());
  REQUIRE(view.ok());
  return *view;
}

void CheckIsTombstone(TestPerson& person, const EnvelopeId& id, const MessageView& before) {
  const MessageView after = ViewOf(person, id);
  CHECK(after.erased_at_ms != 0);
  CHECK(TextOf(after).empty());
  CHECK(after.content->kind_case() == v1::Content::KIND_NOT_SET);
  CHECK(after.kept_at_ms == 0);
  CHECK_FALSE(after.unread);
  CHECK(after.kind == before.kind);
  CHECK(after.sent_at_ms == before.sent_at_ms);
  CHECK(after.reply_to == before.reply_to);
  CHECK(after.state == before.state);
}

// Nothing in this vault opens it or says it.
void CheckNothingIsLeft(TestPerson& person, const EnvelopeId& id) {
  EditVault(person, [&](VaultChange& change) {
    CHECK_FALSE(change.Has(names::Bookmark(id)).value());
    CHECK_FALSE(change.Has(names::HistoryKey(id)).value());
    const auto holds = [&](const google::protobuf::MessageLite& record) {
      return record.SerializeAsString().find(kGone) != std::string::npos;
    };
    REQUIRE(change
                .Scan(names::kMessages,
                      [&](BytesView, const vault::Message& message) {
                        CHECK_FALSE(holds(message));
                        return true;
                      })
                .ok());
    REQUIRE(change
                .Scan(names::kSent,
                      [&](BytesView, const vault::Sent& sent) {
                        CHECK((sent.envelope() != id.view() || sent.content_key().empty()));
                        return true;
                      })
                .ok());
    REQUIRE(change
                .Scan(names::kDrafts,
                      [&](BytesView, const vault::Draft& draft) {
                        CHECK_FALSE(holds(draft));
                        return true;
                      })
                .ok());
    REQUIRE(change
                .Scan(names::kRuptures,
                      [&](BytesView, const vault::Rupture& mark) {
                        CHECK_FALSE(holds(mark));
                        return true;
                      })
                .ok());
    REQUIRE(change
                .Scan(names::kToArchive,
                      [&](BytesView, const v1::Fact& fact) {
                        CHECK((fact.message().envelope() != id.view() ||
                               fact.message().content_key().empty()));
                        return true;
                      })
                .ok());
  });
}

TEST_CASE("What is erased is gone here, keeps its place and state, and stays with the other side") {
  TestCouple couple;
  TestPerson& client = couple.client;
  const auto id = client.CheckIn(kGone);
  REQUIRE(client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  const auto reply = couple.therapist.Reply(*id, "an answer: " + kGone);
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(client.Sync().ok());
  REQUIRE(client.engine->KeepMessage(*id).ok());
  REQUIRE(client.engine->MarkRupture(*reply, kGone).ok());
  couple.practice.Pass(limits::kDayMs);
  REQUIRE(client.Sync().ok());  // the mark goes with the next sign
  Draft draft;
  draft.bond = client.bond();
  draft.kind = Kind::kReply;
  draft.reply_to = *reply;
  auto content = std::make_shared<v1::Content>();
  content->mutable_reply()->set_text(kGone);
  draft.content = content;
  REQUIRE(client.engine->KeepDraft(draft).ok());
  const MessageView before = ViewOf(client, *id), reply_before = ViewOf(client, *reply);

  const auto erased = client.engine->Erase({*id, *reply});
  REQUIRE(erased.ok());
  CHECK(erased->messages == 2);
  CHECK(erased->drafts == 1);
  CHECK(client.engine->Erase({*id})->before == 1);
  for (int i = 0; i < 2; ++i) {
    CheckIsTombstone(client, *id, before);
    CheckIsTombstone(client, *reply, reply_before);
    CHECK(ViewOf(client, *reply).rupture.has_value());  // it landed badly all the same
    CheckNothingIsLeft(client, *id);
    CheckNothingIsLeft(client, *reply);
    REQUIRE(client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
  }
  CHECK(couple.therapist.Texts() == std::vector{kGone, "an answer: " + kGone});
  CHECK(client.AlarmReasons().empty());
}

TEST_CASE("What waits to go out, to be released or to be seen is not erased before, and said") {
  TestCouple couple;
  TestPerson& client = couple.client;
  const auto waiting = client.Note("still here");
  CHECK(ReasonOf(client.engine->Erase({*waiting}).status()) == Reason::kUsage);
  REQUIRE(client.Sync().ok());
  const std::uint64_t soon_ms = couple.practice.clock.wall_ms + limits::kDayMs;
  const auto ahead = couple.therapist.Ahead("later", {ReleaseWhen::kAtTime, soon_ms, SlotId()});
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(ReasonOf(couple.therapist.engine->Erase({*ahead}).status()) == Reason::kUsage);
  auto content = std::make_shared<v1::Content>();
  content->mutable_check_in()->set_form("holdfast-weekly");
  content->mutable_check_in()->set_form_version(2);
  content->mutable_check_in()->set_need(v1::NEED_NONE);
  v1::Answer& answer = *content->mutable_check_in()->add_answers();
  answer.set_link_id("safe-now");
  answer.set_choice("no");
  content->mutable_check_in()->add_risk("safe-now");
  const auto risky = client.engine->Write({client.bond(), Kind::kCheckIn, {}, content});
  REQUIRE(risky.ok());
  REQUIRE(client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  const auto refused = couple.therapist.engine->Erase({*waiting, *risky}).status();
  CHECK(ReasonOf(refused) == Reason::kUsage);
  CHECK(ViewOf(couple.therapist, *waiting).erased_at_ms == 0);  // all or none
  const auto all = couple.therapist.engine->EraseHistory(couple.therapist.bond());
  REQUIRE(all.ok());
  CHECK(all->messages == 1);
  REQUIRE(all->stays.size() == 2);
  CHECK(couple.therapist.engine->NotSafe({})->size() == 1);
  REQUIRE(couple.therapist.engine->MarkSeen(*risky).ok());
  CHECK(couple.therapist.engine->Erase({*risky}).ok());
  CHECK(ReasonOf(client.engine->Erase({EnvelopeId::From(Bytes(16, 'x'), "id").value()}).status()) ==
        Reason::kUnknownEnvelope);
}

TEST_CASE("A held note is erased by nobody before its author decided") {
  AheadCouple couple;
  TestPerson& client = couple.client;
  const auto reply = couple.therapist.Note("try to see the bright side");
  couple.SyncBoth();
  REQUIRE(client.engine->MarkOpened(*reply).ok());
  const auto note = couple.therapist.Ahead("have a bright day", couple.At(limits::kHourMs));
  couple.SyncBoth();
  REQUIRE(client.engine->MarkRupture(*reply, "").ok());
  couple.Pass(limits::kSignMs + limits::kMinuteMs);
  REQUIRE_FALSE(client.engine->Message(note->hex()).ok());
  REQUIRE(AheadCouple::Look(couple.therapist, *note).hold);

  CHECK(ReasonOf(client.engine->Erase({*note}).status()) == Reason::kUnknownEnvelope);
  CHECK(client.engine->ErasableOf(client.bond())->messages == 1);
  CHECK(client.engine->EraseHistory(client.bond())->messages == 1);
  CHECK(ReasonOf(couple.therapist.engine->Erase({*note}).status()) == Reason::kUsage);

  REQUIRE(couple.therapist.engine->LetGo(*note).ok());
  couple.SyncBoth(2);
  CHECK(TextOf(ViewOf(client, *note)) == "have a bright day");
}

TEST_CASE("What is erased on one device goes from the others, and comes back on none") {
  SeveralDevices all;
  TestPerson& client = all.couple.client;
  all.Link();
  const auto mine = client.CheckIn(kGone);
  all.Settle({&client, &all.second, &all.couple.therapist});
  const auto reply = all.couple.therapist.Reply(*mine, kGone);
  all.Settle({&all.couple.therapist, &client, &all.second, &all.couple.therapist, &client});
  const auto later = all.couple.therapist.Note("what stays");
  all.Settle({&all.couple.therapist, &client, &all.second});
  // The other device has something of its own to tell of the same message.
  REQUIRE(all.second.engine->MarkOpened(*reply).ok());
  const MessageView before = ViewOf(all.second, *reply);
  REQUIRE(client.engine->Erase({*mine, *reply}).ok());
  all.Settle({&client, &all.second, &all.couple.therapist});
  CheckIsTombstone(all.second, *reply, before);
  for (TestPerson* device : {&client, &all.second}) {
    CHECK(ViewOf(*device, *mine).erased_at_ms != 0);
    CheckNothingIsLeft(*device, *mine);
    CheckNothingIsLeft(*device, *reply);
  }

  // A device that comes later, and one by the recovery code: its place, and no alarm.
  TestPerson third(all.couple.practice, all.couple.executor);
  all.Link(third);
  TestPerson fresh(all.couple.practice, all.couple.executor);
  all.Settle({&client, &all.second, &third, &all.couple.therapist});
  const auto check_new = [&](TestPerson& device) {
    CHECK(device.Messages().size() == 3);
    CHECK(ViewOf(device, *mine).erased_at_ms != 0);
    CHECK(ViewOf(device, *mine).reached == ViewOf(client, *mine).reached);
    CHECK(ViewOf(device, *reply).erased_at_ms != 0);
    CHECK(TextOf(ViewOf(device, *later)) == "what stays");
    CheckNothingIsLeft(device, *mine);
    CheckNothingIsLeft(device, *reply);
    CheckCalm(device);
  };
  check_new(third);
  REQUIRE(fresh.Recover(all.couple.client_code).ok());
  check_new(fresh);
  CHECK(all.couple.therapist.Texts() == std::vector<std::string>{kGone, kGone, "what stays"});
}

TEST_CASE("What was erased before it reached another device never shows there") {
  SeveralDevices all;
  all.Link();
  TestPerson& client = all.couple.client;
  const auto note = all.couple.therapist.Note(kGone);
  REQUIRE(all.couple.therapist.Sync().ok());
  REQUIRE(client.Sync().ok());
  REQUIRE(client.engine->Erase({*note}).ok());
  REQUIRE(client.Sync().ok());
  all.Settle({&all.second, &client, &all.second});
  CHECK(ViewOf(all.second, *note).erased_at_ms != 0);
  CheckNothingIsLeft(all.second, *note);
  CheckCalm(all.second);
}

TEST_CASE("A restored practice is given back what was sent, and nobody what was erased") {
  TestCouple couple;
  const auto rows = couple.practice.store.rows();
  const auto mine = couple.client.CheckIn(kGone);
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.engine->Erase({*mine}).ok());
  couple.practice.store.Restore(rows);
  couple.RestartPractice();
  for (int i = 0; i < 4; ++i) {
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
  }
  CHECK(couple.therapist.Texts() == std::vector{kGone});  // sent is sent
  CHECK(ViewOf(couple.client, *mine).erased_at_ms != 0);
  CHECK(ViewOf(couple.client, *mine).reached == MessageState::kDelivered);
  CheckNothingIsLeft(couple.client, *mine);
}

TEST_CASE("A long history is erased whole, in parts") {
  TestCouple couple;
  for (int i = 0; i < 300; ++i) REQUIRE(couple.client.Note(kGone).ok());
  REQUIRE(couple.client.Sync().ok());
  const BondId bond = couple.client.bond();
  CHECK(couple.client.engine->ErasableOf(bond)->messages == 300);
  CHECK(couple.client.engine->EraseHistory(bond)->messages == 300);
  CHECK(couple.client.engine->ErasableOf(bond)->messages == 0);
  for (const std::string& text : couple.client.Texts()) CHECK(text.empty());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts().size() == 300);
}

}  // namespace
}  // namespace holdfast::client
