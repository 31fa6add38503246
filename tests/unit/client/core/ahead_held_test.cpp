// A note that was written ahead and would come on a bad day is held until its author decides.
#include "client/core/ahead/ahead_announcing.h"
#include "client/core/outside/limits.h"
#include "client/core/reading/overview.h"
#include "client/core/shown/content.h"
#include "rules/header.h"
#include "several_devices.h"
#include "support/ahead_couple.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

constexpr std::uint64_t kHour = limits::kHourMs;
constexpr std::uint64_t kDay = limits::kDayMs;

// A couple with a reply that the client has read, and may mark.
struct HeldCouple : AheadCouple {
  HeldCouple() {
    const auto check_in = client.CheckIn("a heavy week", v1::NEED_NONE);
    SyncBoth();
    reply = *therapist.Reply(*check_in, "try to see the bright side");
    SyncBoth();
    REQUIRE(client.engine->MarkOpened(reply).ok());
  }
  EnvelopeId NoteIn(std::uint64_t ms, const std::string& text = "have a bright day") {
    const auto id = therapist.Ahead(text, At(ms));
    REQUIRE(id.ok());
    SyncBoth();
    return *id;
  }
  void Mark() { REQUIRE(client.engine->MarkRupture(reply, "").ok()); }
  // Both know of it.
  void MarkAndTell() {
    Mark();
    Pass(limits::kSignMs + limits::kMinuteMs);
    REQUIRE(therapist.engine->OpenRuptures()->size() == 1);
  }
  EnvelopeId NotSafe() {
    Draft draft;
    draft.bond = client.bond();
    draft.kind = Kind::kCheckIn;
    auto content = std::make_shared<v1::Content>();
    v1::CheckIn& check_in = *content->mutable_check_in();
    check_in.set_form("holdfast-weekly");
    check_in.set_form_version(2);
    check_in.set_need(v1::NEED_NONE);
    check_in.add_answers()->set_link_id("safe-now");
    check_in.mutable_answers(0)->set_choice("not-safe");
    check_in.add_risk("safe-now");
    draft.content = std::move(content);
    return client.engine->Write(draft).value();
  }
  static bool IsShown(TestPerson& person, const EnvelopeId& id) {
    return person.engine->Message(id.hex()).ok();
  }
  static std::optional<AheadHold> HoldOf(TestPerson& person, const EnvelopeId& id) {
    return Look(person, id).hold;
  }
  void SayControl(TestPerson& person, const EnvelopeId& id, bool withdrawn) {
    v1::Control control;
    control.mutable_ahead_decision()->set_envelope_id(id.str());
    control.mutable_ahead_decision()->set_withdrawn(withdrawn);
    const BondId bond = person.bond();
    EditVault(person, [&](VaultChange& change) {
      auto progress = change.Read(names::kProgress).value();
      vault::Queued entry;
      entry.set_envelope(Bytes(15, &person == &client ? 'c' : 't') +
                         static_cast<char>(progress.outbox_next()));
      entry.set_bond(bond.str());
      entry.set_kind(static_cast<std::uint32_t>(Kind::kControl));
      entry.set_content(SerializeControl(control).value());
      entry.set_automatic(true);
      change.Put(names::Outbox(progress.outbox_next()), entry);
      progress.set_outbox_next(progress.outbox_next() + 1);
      change.Put(names::kProgress, progress);
    });
  }

  EnvelopeId reply;
};

TEST_CASE("A note that comes under an open mark is held until its author lets it go") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(2 * kDay);
  couple.MarkAndTell();
  // Seen before it comes.
  REQUIRE(HeldCouple::HoldOf(couple.therapist, id).has_value());
  CHECK(HeldCouple::HoldOf(couple.therapist, id)->marked);
  couple.Pass(2 * kDay);
  CHECK(AheadCouple::Look(couple.therapist, id).outlook == AheadOutlook::kReleased);
  // Nobody tells the client that there is one.
  Engine& client = *couple.client.engine;
  CHECK_FALSE(AheadCouple::Has(couple.client, "have a bright day"));
  CHECK(ReasonOf(client.Message(id.hex()).status()) == Reason::kUnknownEnvelope);
  CHECK(ReasonOf(client.MarkOpened(id)) == Reason::kUnknownEnvelope);
  CHECK(ReasonOf(client.MarkRupture(id, "")) == Reason::kUnknownEnvelope);
  CHECK(ReasonOf(client.KeepMessage(id).status()) == Reason::kUnknownEnvelope);
  CHECK(ReasonOf(client.Thread(id).status()) == Reason::kUnknownEnvelope);
  CHECK(ReasonOf(couple.client.Reply(id, "x").status()) == Reason::kUnknownEnvelope);
  CHECK(client.BondsByNeed()->front().unread == 0);
  CHECK(client
            .EachMessage({},
                         [&](const MessageView& view) {
                           CHECK(view.id != id);
                           return true;
                         })
            .ok());
  const auto kinds = couple.client.LedgerKinds();
  CHECK(std::ranges::find(kinds, LedgerKind::kReleased) == kinds.end());
  const auto bonds = couple.therapist.engine->BondsByNeed().value();
  REQUIRE(bonds.front().held.size() == 1);
  CHECK(bonds.front().held.front().id == id);
  // What held it ends, and it waits for its author all the same.
  REQUIRE(client.CloseRupture(couple.reply).ok());
  couple.Pass(limits::kSignMs + limits::kMinuteMs);
  CHECK(couple.therapist.engine->OpenRuptures()->empty());
  couple.client.Reopen();
  CHECK_FALSE(HeldCouple::IsShown(couple.client, id));
  REQUIRE(HeldCouple::HoldOf(couple.therapist, id).has_value());
  CHECK(HeldCouple::HoldOf(couple.therapist, id)->is_kept);
  CHECK_FALSE(HeldCouple::HoldOf(couple.therapist, id)->marked);
  REQUIRE(couple.therapist.engine->LetGo(id).ok());
  couple.SyncBoth();
  CHECK(AheadCouple::Has(couple.client, "have a bright day"));
  CHECK(couple.client.engine->BondsByNeed()->front().unread == 1);
  CHECK_FALSE(HeldCouple::HoldOf(couple.therapist, id).has_value());
  const auto later = couple.client.LedgerKinds();
  CHECK(std::ranges::find(later, LedgerKind::kReleased) != later.end());
  // Decided once; nothing holds it again.
  const std::size_t sends = couple.therapist.transport.sends();
  REQUIRE(couple.therapist.engine->LetGo(id).ok());
  couple.SyncBoth();
  CHECK(couple.therapist.transport.sends() == sends);
  couple.Mark();
  CHECK(HeldCouple::IsShown(couple.client, id));
  REQUIRE(couple.client.engine->MarkOpened(id).ok());
  couple.SyncBoth();
  CHECK(couple.therapist.StateOf(id) == MessageState::kOpened);
  CHECK(ReasonOf(couple.therapist.engine->LetGo(id)) == Reason::kUsage);
  couple.NoAlarms();
}

TEST_CASE("A late reply that nobody repaired holds a note, and none that was written for it") {
  HeldCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  couple.SyncBoth(2);
  const auto asked = couple.client.CheckIn("are you there?");
  couple.SyncBoth();
  const EnvelopeId cheerful = couple.NoteIn(2 * kHour);
  const auto sorry = couple.therapist.Ahead("I am late, and sorry", AheadCouple::Missed());
  couple.SyncBoth();
  couple.Pass(3 * kHour);
  REQUIRE(couple.client.StateOf(*asked) == MessageState::kMissed);
  CHECK(AheadCouple::Has(couple.client, "I am late, and sorry"));
  CHECK_FALSE(HeldCouple::HoldOf(couple.therapist, *sorry).has_value());
  CHECK_FALSE(HeldCouple::IsShown(couple.client, cheerful));
  REQUIRE(HeldCouple::HoldOf(couple.therapist, cheerful).has_value());
  CHECK(HeldCouple::HoldOf(couple.therapist, cheerful)->missed);
  REQUIRE(couple.therapist.Reply(*asked, "here I am").ok());
  couple.SyncBoth(2);
  CHECK(couple.client.StateOf(*asked) == MessageState::kRepaired);
  CHECK_FALSE(HeldCouple::IsShown(couple.client, cheerful));
  // One that comes now is not held.
  const EnvelopeId next = couple.NoteIn(kHour, "until Tuesday");
  couple.Pass(2 * kHour);
  CHECK(HeldCouple::IsShown(couple.client, next));
  couple.NoAlarms();
}

TEST_CASE("Whoever says that they are not safe gets no note from before, until somebody wrote") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(kHour);
  const auto crossing = couple.therapist.Note("see you on Tuesday");  // written before it was said
  couple.practice.clock.Advance(limits::kMinuteMs);
  couple.NotSafe();
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(crossing.ok());
  couple.SyncBoth();
  couple.Pass(2 * kHour);
  CHECK_FALSE(HeldCouple::IsShown(couple.client, id));
  REQUIRE(HeldCouple::HoldOf(couple.therapist, id).has_value());
  CHECK(HeldCouple::HoldOf(couple.therapist, id)->not_safe);
  REQUIRE(couple.therapist.Note("I have read it. I call you at five.").ok());
  couple.SyncBoth();
  REQUIRE(HeldCouple::HoldOf(couple.therapist, id).has_value());
  CHECK_FALSE(HeldCouple::HoldOf(couple.therapist, id)->not_safe);
  CHECK_FALSE(HeldCouple::IsShown(couple.client, id));
  const EnvelopeId next = couple.NoteIn(kHour, "until Tuesday");
  couple.Pass(2 * kHour);
  CHECK(HeldCouple::IsShown(couple.client, next));
}

TEST_CASE(
    "A note that lies unopened is held when something lands badly, and one that was read stays") {
  HeldCouple couple;
  const EnvelopeId unread = couple.NoteIn(kHour, "unread");
  const EnvelopeId read = couple.NoteIn(kHour, "read");
  couple.Pass(2 * kHour);
  REQUIRE(HeldCouple::IsShown(couple.client, unread));
  REQUIRE(couple.client.engine->MarkOpened(read).ok());
  couple.Mark();
  CHECK_FALSE(HeldCouple::IsShown(couple.client, unread));
  CHECK(HeldCouple::IsShown(couple.client, read));
  REQUIRE(couple.client.engine->CloseRupture(couple.reply).ok());
  CHECK_FALSE(HeldCouple::IsShown(couple.client, unread));
  // The author hears of it with the next sign, though the mark is closed by then.
  couple.Pass(limits::kSignMs + limits::kMinuteMs);
  REQUIRE(HeldCouple::HoldOf(couple.therapist, unread).has_value());
  CHECK_FALSE(HeldCouple::HoldOf(couple.therapist, read).has_value());
  // A mark on a note says that it was read.
  REQUIRE(couple.therapist.engine->LetGo(unread).ok());
  couple.SyncBoth();
  REQUIRE(couple.client.engine->MarkRupture(unread, "").ok());
  CHECK(HeldCouple::IsShown(couple.client, unread));
}

TEST_CASE("A note that its author decided on before goes in any case") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(2 * kDay);
  couple.MarkAndTell();
  REQUIRE(couple.therapist.engine->LetGo(id).ok());
  couple.SyncBoth();
  CHECK(AheadCouple::Look(couple.therapist, id).decided);
  CHECK_FALSE(HeldCouple::HoldOf(couple.therapist, id).has_value());
  couple.Pass(2 * kDay);
  CHECK(HeldCouple::IsShown(couple.client, id));
  CHECK(couple.therapist.engine->BondsByNeed()->front().held.empty());
}

TEST_CASE("A held note that is taken back is gone, also where the practice releases it once more") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(2 * kDay);
  couple.MarkAndTell();
  const auto backup = couple.practice.rows();
  couple.Pass(2 * kDay);
  REQUIRE(couple.therapist.engine->Withdraw(id).ok());
  couple.SyncBoth();
  CHECK(couple.therapist.StateOf(id) == MessageState::kWithdrawn);
  CHECK(ReasonOf(couple.therapist.engine->Withdraw(id)) == Reason::kActSuperseded);
  CHECK(ReasonOf(couple.therapist.engine->LetGo(id)) == Reason::kActSuperseded);
  CHECK_FALSE(HeldCouple::IsShown(couple.client, id));
  EditVault(couple.client, [&](VaultChange& change) {
    CHECK(change.Read(names::Message(id))->content().empty());
  });
  REQUIRE(couple.client.engine->CloseRupture(couple.reply).ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  for (int i = 0; i < 4; ++i) {
    couple.client.Sync().IgnoreError();
    couple.therapist.Sync().IgnoreError();
  }
  couple.practice.Pass(kDay);
  couple.RestartPractice();
  couple.client.Sync().IgnoreError();
  CHECK_FALSE(HeldCouple::IsShown(couple.client, id));
  CHECK(couple.therapist.StateOf(id) == MessageState::kWithdrawn);
}

TEST_CASE("Only what is held is taken back after its release") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(kHour);
  couple.Pass(2 * kHour);
  CHECK(ReasonOf(couple.therapist.engine->Withdraw(id)) == Reason::kActSuperseded);
  CHECK(HeldCouple::IsShown(couple.client, id));
}

TEST_CASE("A decision that comes before its note counts when that comes") {
  HeldCouple couple;
  const EnvelopeId dropped = couple.NoteIn(2 * kDay, "dropped");
  couple.MarkAndTell();
  couple.SayControl(couple.therapist, dropped, true);
  couple.SyncBoth();
  couple.Pass(2 * kDay);
  CHECK_FALSE(HeldCouple::IsShown(couple.client, dropped));
  REQUIRE(couple.client.engine->CloseRupture(couple.reply).ok());
  CHECK_FALSE(HeldCouple::IsShown(couple.client, dropped));
  couple.SayControl(couple.therapist, dropped, false);
  couple.SyncBoth();
  CHECK_FALSE(HeldCouple::IsShown(couple.client, dropped));
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("No client decides, and a decision on no note changes nothing") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(2 * kDay);
  couple.MarkAndTell();
  couple.Pass(2 * kDay);
  CHECK(ReasonOf(couple.client.engine->LetGo(id)) == Reason::kUnknownEnvelope);
  couple.SayControl(couple.client, id, true);
  couple.SayControl(couple.therapist, *EnvelopeId::From(Bytes(16, 'n'), "id"), false);
  couple.SayControl(couple.therapist, couple.reply, true);
  couple.SyncBoth(2);
  CHECK(HeldCouple::HoldOf(couple.therapist, id).has_value());
  CHECK_FALSE(HeldCouple::IsShown(couple.client, id));
  CHECK(HeldCouple::IsShown(couple.client, couple.reply));
  const auto own = couple.client.Ahead("a note to you", couple.At(kHour));
  couple.SyncBoth();
  CHECK(ReasonOf(couple.client.engine->LetGo(*own)) == Reason::kUsage);
  couple.Pass(2 * kHour);
  CHECK(AheadCouple::Has(couple.therapist, "a note to you"));  // a client's is never held
  couple.NoAlarms();
}

TEST_CASE("A hold is on every device of the client, and every device of its author may decide") {
  HeldCouple couple;
  TestPerson second(couple.practice, couple.executor);
  REQUIRE(second.Link(*couple.client.MakeLink(couple.client_code)).ok());
  TestPerson other(couple.practice, couple.executor);
  REQUIRE(other.Link(*couple.therapist.MakeLink(couple.therapist_code)).ok());
  const auto settle = [&] {
    for (int i = 0; i < 3; ++i) {
      for (TestPerson* one : {&couple.client, &couple.therapist, &second, &other}) {
        REQUIRE(one->Sync().ok());
      }
    }
  };
  settle();
  const EnvelopeId id = couple.NoteIn(kDay);
  couple.Mark();
  couple.Pass(kDay + kHour);
  settle();
  CHECK_FALSE(HeldCouple::IsShown(couple.client, id));
  CHECK_FALSE(HeldCouple::IsShown(second, id));
  REQUIRE(couple.client.engine->CloseRupture(couple.reply).ok());
  couple.Pass(limits::kSignMs + limits::kMinuteMs);
  settle();
  CHECK_FALSE(HeldCouple::IsShown(second, id));
  // One that is linked while it is held.
  TestPerson third(couple.practice, couple.executor);
  REQUIRE(third.Link(*couple.client.MakeLink(couple.client_code)).ok());
  REQUIRE(third.Sync().ok());
  CHECK_FALSE(HeldCouple::IsShown(third, id));
  REQUIRE(HeldCouple::HoldOf(other, id).has_value());
  REQUIRE(other.engine->LetGo(id).ok());
  settle();
  REQUIRE(third.Sync().ok());
  for (TestPerson* one : {&couple.client, &second, &third}) CHECK(HeldCouple::IsShown(*one, id));
  CHECK_FALSE(HeldCouple::HoldOf(couple.therapist, id).has_value());
  TestPerson fourth(couple.practice, couple.executor);
  REQUIRE(fourth.Link(*couple.client.MakeLink(couple.client_code)).ok());
  REQUIRE(fourth.Sync().ok());
  CHECK(HeldCouple::IsShown(fourth, id));
}

// All that the practice sees of a client's device, from when a note comes.
std::vector<std::string> SeenOf(bool marks) {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(2 * kDay);
  couple.Pass(limits::kSignMs + limits::kMinuteMs);
  std::vector<std::string> seen;
  couple.client.transport.on_request = [&](const std::string& method,
                                           google::protobuf::Message& request) {
    seen.push_back(method + " " + std::to_string(request.ByteSizeLong()));
  };
  if (marks) couple.Mark();
  couple.Pass(2 * kDay);
  couple.Pass(limits::kSignMs + limits::kMinuteMs);
  CHECK(HeldCouple::IsShown(couple.client, id) == !marks);
  CHECK(HeldCouple::HoldOf(couple.therapist, id).has_value() == marks);
  return seen;
}

TEST_CASE("To the practice a note that is held is one that nobody has opened yet") {
  CHECK(SeenOf(true) == SeenOf(false));
}

TEST_CASE("A hold and a decision live through a restored backup of the practice") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(2 * kDay);
  couple.MarkAndTell();
  couple.Pass(2 * kDay);
  REQUIRE(HeldCouple::HoldOf(couple.therapist, id).has_value());
  const auto backup = couple.practice.rows();
  REQUIRE(couple.therapist.engine->LetGo(id).ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  for (int i = 0; i < 4; ++i) {
    couple.therapist.Sync().IgnoreError();
    couple.client.Sync().IgnoreError();
  }
  CHECK(HeldCouple::IsShown(couple.client, id));
}

TEST_CASE("What the practice did not take leaves its author to decide again") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(2 * kDay);
  couple.MarkAndTell();
  couple.Pass(2 * kDay);
  couple.therapist.transport.refusal = [](const std::string& method) {
    return method == "Send" ? Refuse(Reason::kMalformedField, "header", "is not taken")
                            : absl::OkStatus();
  };
  REQUIRE(couple.therapist.engine->LetGo(id).ok());
  CHECK_FALSE(HeldCouple::HoldOf(couple.therapist, id).has_value());
  couple.therapist.Sync().IgnoreError();
  CHECK(HeldCouple::HoldOf(couple.therapist, id).has_value());
  REQUIRE(couple.therapist.engine->Withdraw(id).ok());
  couple.therapist.Sync().IgnoreError();
  CHECK(HeldCouple::HoldOf(couple.therapist, id).has_value());
  couple.therapist.transport.refusal = nullptr;
  REQUIRE(couple.therapist.engine->LetGo(id).ok());
  couple.SyncBoth();
  CHECK(HeldCouple::IsShown(couple.client, id));
}

TEST_CASE("Nobody is asked about a bond that has ended, and what was held is never shown") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(2 * kDay);
  couple.MarkAndTell();
  couple.Pass(2 * kDay);
  REQUIRE(couple.client.engine->EndBond(couple.client.bond()).ok());
  couple.SyncBoth(2);
  CHECK(couple.therapist.engine->BondsByNeed()->front().held.empty());
  CHECK(ReasonOf(couple.therapist.engine->LetGo(id)) == Reason::kBondEnded);
  CHECK_FALSE(HeldCouple::IsShown(couple.client, id));
}

TEST_CASE("An older copy of the author's vault decides nothing") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(2 * kDay);
  couple.MarkAndTell();
  couple.Pass(2 * kDay);
  const MemoryContents old = couple.therapist.storage.contents();
  for (int i = 0; i < 3; ++i) REQUIRE(couple.therapist.Sync().ok());
  couple.therapist.Reopen(old);
  couple.therapist.Sync().IgnoreError();
  CHECK(ReasonOf(couple.therapist.engine->LetGo(id)) == Reason::kVaultRolledBack);
  CHECK_FALSE(HeldCouple::IsShown(couple.client, id));
}

TEST_CASE("A note is written anew in one step, and goes where its author knew what held it") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(2 * kDay);
  couple.MarkAndTell();
  const auto rewrite = [&](const EnvelopeId& old, const std::string& text, const Release& release) {
    Draft draft;
    draft.bond = couple.therapist.bond();
    auto content = std::make_shared<v1::Content>();
    content->mutable_note()->set_text(text);
    draft.content = std::move(content);
    draft.release = release;
    draft.replaces = old;
    return couple.therapist.engine->Write(draft);
  };
  CHECK(ReasonOf(rewrite(couple.reply, "x", {}).status()) == Reason::kUnknownEnvelope);
  const Release release = AheadCouple::Look(couple.therapist, id).release;
  const auto anew = rewrite(id, "I heard that this landed badly", release);
  REQUIRE(anew.ok());
  couple.SyncBoth();
  CHECK(couple.therapist.StateOf(id) == MessageState::kWithdrawn);
  couple.Pass(2 * kDay);
  CHECK(AheadCouple::Has(couple.client, "I heard that this landed badly"));
  CHECK_FALSE(AheadCouple::Has(couple.client, "have a bright day"));
  // One that is out and held: what is written anew goes now.
  const EnvelopeId held = couple.NoteIn(kHour, "another bright day");
  couple.Pass(2 * kHour);
  REQUIRE(HeldCouple::HoldOf(couple.therapist, held).has_value());
  REQUIRE(rewrite(held, "how are you?", {}).ok());
  couple.SyncBoth();
  CHECK(AheadCouple::Has(couple.client, "how are you?"));
  CHECK_FALSE(AheadCouple::Has(couple.client, "another bright day"));
  CHECK(couple.therapist.StateOf(held) == MessageState::kWithdrawn);
}

TEST_CASE("The evening before, its author is told what goes out and when") {
  HeldCouple couple;
  const EnvelopeId id = couple.NoteIn(3 * kDay);
  CHECK(AheadCouple::Look(couple.therapist, id).goes_at_ms ==
        AheadCouple::Look(couple.therapist, id).release.at_ms);
  CHECK_FALSE(AheadCouple::Look(couple.therapist, id).is_soon);
  CHECK(couple.therapist.engine->BondsByNeed()->front().coming.empty());
  couple.Pass(3 * kDay - limits::kAnnounceMsMax);
  CHECK(AheadCouple::Look(couple.therapist, id).is_soon);
  REQUIRE(couple.therapist.engine->BondsByNeed()->front().coming.size() == 1);
  // No answer means that it goes.
  couple.Pass(limits::kAnnounceMsMax + limits::kMinuteMs);
  CHECK(HeldCouple::IsShown(couple.client, id));
  CHECK(couple.therapist.engine->BondsByNeed()->front().coming.empty());
}

TEST_CASE("It is said in the author's working hours, before a weekend too") {
  constexpr std::uint64_t kMonday = 1'772'409'600'000;  // 2026-03-02 00:00 UTC
  const auto at = [](int day, int hour) {
    return kMonday + static_cast<std::uint64_t>(day) * kDay +
           static_cast<std::uint64_t>(hour) * kHour;
  };
  CHECK(AnnouncedFrom(nullptr, at(2, 9)) == at(0, 21));
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  REQUIRE(couple.therapist.Sync().ok());
  Availability hours = *couple.therapist.Standing().availability;
  hours.hours.clear();
  for (std::uint8_t weekday = 1; weekday <= 5; ++weekday) {
    hours.hours.push_back({weekday, 9 * 60, 17 * 60});
  }
  CHECK(AnnouncedFrom(&hours, at(2, 9)) == at(1, 9));   // Wednesday morning: Tuesday
  CHECK(AnnouncedFrom(&hours, at(2, 20)) == at(1, 9));  // Wednesday evening: the same
  CHECK(AnnouncedFrom(&hours, at(7, 9)) == at(4, 9));   // Monday: Friday
  CHECK(AnnouncedFrom(&hours, at(3, 4)) == at(1, 16));  // never more than 36 hours on a workday
}

}  // namespace
}  // namespace holdfast::client
