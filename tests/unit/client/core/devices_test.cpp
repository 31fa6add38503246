// Several devices of one account: linked, unlinked, suspended, recovered; each shows the same.
#include <algorithm>

#include "client/core/outside/limits.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;

// A client with two devices, and their therapist.
struct Linked {
  Linked() : second(couple.practice, couple.executor) {}

  void Link() {
    const auto code = couple.client.MakeLink(couple.client_code);
    REQUIRE(code.ok());
    const auto linked = second.Link(*code);
    INFO(linked.status());
    REQUIRE(linked.ok());
  }
  // Until nobody has anything new to tell.
  void SyncAll() {
    for (int i = 0; i < 3; ++i) {
      for (TestPerson* person : {&couple.client, &second, &couple.therapist}) {
        const auto synced = person->Sync();
        INFO(synced.status());
        REQUIRE(synced.ok());
      }
    }
  }
  void CheckAllCalm() {
    for (TestPerson* person : {&couple.client, &second, &couple.therapist}) {
      for (const Alarm& alarm : person->TakeAlarms()) {
        INFO(static_cast<int>(alarm.kind));
        CHECK(alarm.reason == Reason::kStaleDeviceList);
      }
    }
  }

  TestCouple couple;
  TestPerson second;
};

}  // namespace

TEST_CASE("A linked device shows the whole history, and both go on alike") {
  Linked all;
  TestCouple& couple = all.couple;
  const auto first = couple.client.CheckIn("hello");
  REQUIRE(first.ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Reply(*first, "I am here").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.engine->MarkOpened(couple.client.Messages().back().id).ok());

  all.Link();
  CHECK(all.second.Texts() == Texts{"hello", "I am here"});
  CHECK_FALSE(all.second.Messages().back().unread);
  CHECK(all.second.engine->Bonds()->size() == 1);

  REQUIRE(all.second.CheckIn("from my other phone").ok());
  all.SyncAll();
  REQUIRE(couple.therapist.Note("seen both").ok());
  REQUIRE(couple.client.Note("and the first one").ok());
  all.SyncAll();
  const Texts everything = {"hello", "I am here", "from my other phone", "seen both",
                            "and the first one"};
  Texts sorted = everything;
  std::ranges::sort(sorted);
  for (TestPerson* person : {&couple.client, &all.second, &couple.therapist}) {
    Texts shown = person->Texts();
    std::ranges::sort(shown);
    CHECK(shown == sorted);
  }
  all.CheckAllCalm();
}

TEST_CASE("What was sealed before a device was linked and came after, is opened there too") {
  Linked all;
  TestCouple& couple = all.couple;
  const auto code = couple.client.MakeLink(couple.client_code);
  REQUIRE(code.ok());
  REQUIRE(couple.therapist.Note("on its way").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(all.second.Link(*code).ok());
  CHECK(all.second.Texts().empty());
  all.SyncAll();
  CHECK(all.second.Texts() == Texts{"on its way"});
  CHECK(couple.client.Texts() == Texts{"on its way"});
}

TEST_CASE("A lost device is replaced by the recovery code, with all that was written") {
  TestCouple couple;
  REQUIRE(couple.client.CheckIn("before it was lost").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Note("kept").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  // The phone falls into the water; the answer to it is sealed for that phone alone.
  REQUIRE(couple.therapist.Note("are you there?").ok());
  REQUIRE(couple.therapist.Sync().ok());

  TestPerson fresh(couple.practice, couple.executor);
  const auto recovered = fresh.Recover(couple.client_code);
  INFO(recovered.status());
  REQUIRE(recovered.ok());
  CHECK(fresh.Texts() == Texts{"before it was lost", "kept"});
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(fresh.Sync().ok());
  CHECK(fresh.Texts() == Texts{"before it was lost", "kept", "are you there?"});
  REQUIRE(fresh.Note("back again").ok());
  REQUIRE(fresh.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts().back() == "back again");

  // The old one is shut out, and keeps what it had.
  CHECK(ReasonOf(couple.client.Sync().status()) == Reason::kDeviceUnlinked);
  CHECK(couple.client.Texts() == Texts{"before it was lost", "kept"});
}

TEST_CASE("A therapist's recovered device has bonds, labels and what they owe") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.CheckIn("please answer").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());

  TestPerson fresh(couple.practice, couple.executor);
  const auto recovered = fresh.Recover(couple.therapist_code);
  INFO(recovered.status());
  REQUIRE(recovered.ok());
  REQUIRE(fresh.engine->Bonds()->size() == 1);
  CHECK(fresh.engine->Bonds()->front().label == "Kim");
  CHECK(fresh.Standing().promises.size() == 1);
  REQUIRE(fresh.Reply(fresh.Messages().front().id, "here I am").ok());
  REQUIRE(fresh.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Texts().back() == "here I am");
  REQUIRE(fresh.Sync().ok());
  CHECK(fresh.Standing().promises.empty());
}

TEST_CASE("An unlinked device gets and sends nothing more, and keeps what it had") {
  Linked all;
  TestCouple& couple = all.couple;
  REQUIRE(couple.client.Note("for both").ok());
  all.Link();
  all.SyncAll();
  const auto devices = couple.client.engine->Devices();
  REQUIRE(devices->size() == 2);
  REQUIRE(devices->front().is_this);
  CHECK(ReasonOf(couple.client.Unlink(devices->front().id, couple.client_code).status()) ==
        Reason::kUsage);
  const auto left = couple.client.Unlink(devices->back().id, couple.client_code);
  INFO(left.status());
  REQUIRE(left.ok());
  CHECK(left->size() == 1);
  CHECK(couple.client.Unlink(devices->back().id, couple.client_code).ok());
  CHECK(ReasonOf(all.second.Sync().status()) == Reason::kDeviceUnlinked);
  CHECK(all.second.Texts() == Texts{"for both"});
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Note("for one").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Texts().back() == "for one");
  // The archive goes on under a key that the unlinked one does not have.
  REQUIRE(couple.client.engine->SetLabel(couple.client.bond(), "Dr. B").ok());
  REQUIRE(couple.client.Sync().ok());
  TestPerson third(couple.practice, couple.executor);
  const auto code = couple.client.MakeLink(couple.client_code);
  REQUIRE(code.ok());
  REQUIRE(third.Link(*code).ok());
  CHECK(third.Texts() == Texts{"for both", "for one"});
  CHECK(third.engine->Bonds()->front().label == "Dr. B");
}

TEST_CASE("A suspended device can do nothing, and no code is needed for that") {
  Linked all;
  all.Link();
  all.SyncAll();
  const auto devices = all.couple.client.engine->Devices();
  const auto suspended = all.couple.client.Suspend(devices->back().id);
  INFO(suspended.status());
  REQUIRE(suspended.ok());
  CHECK(ReasonOf(all.second.Sync().status()) == Reason::kDeviceSuspended);
  // It cannot strike back.
  CHECK_FALSE(all.second.Suspend(devices->front().id).ok());
  CHECK(all.couple.client.Sync().ok());
}

TEST_CASE("What a person decides on one device follows to the other") {
  Linked all;
  TestCouple& couple = all.couple;
  const auto sent = couple.therapist.Note("read me");
  REQUIRE(sent.ok());
  all.Link();
  all.SyncAll();
  Draft draft;
  draft.bond = couple.client.bond();
  draft.kind = Kind::kNote;
  auto content = std::make_shared<v1::Content>();
  content->mutable_note()->set_text("half a thought");
  draft.content = content;
  const auto kept = couple.client.engine->KeepDraft(draft);
  REQUIRE(kept.ok());
  REQUIRE(couple.client.engine->SetLabel(couple.client.bond(), "Dr. B").ok());
  REQUIRE(couple.client.engine->MarkOpened(*sent).ok());
  REQUIRE(couple.client.engine->MarkRupture(*sent, "it hurt").ok());
  all.SyncAll();
  REQUIRE(all.second.engine->Drafts()->size() == 1);
  CHECK(all.second.engine->Drafts()->front().draft.content->note().text() == "half a thought");
  CHECK(all.second.engine->Bonds()->front().label == "Dr. B");
  CHECK_FALSE(all.second.Messages().front().unread);
  CHECK(all.second.engine->OpenRuptures()->size() == 1);
  REQUIRE(all.second.engine->DropDraft(*kept).ok());
  REQUIRE(all.second.engine->SetLabel(couple.client.bond(), "Dr. C").ok());
  all.SyncAll();
  CHECK(couple.client.engine->Drafts()->empty());
  CHECK(couple.client.engine->Bonds()->front().label == "Dr. C");
  all.CheckAllCalm();
}

TEST_CASE("A new recovery code takes the place of the old one") {
  TestCouple couple;
  REQUIRE(couple.client.Note("kept").ok());
  REQUIRE(couple.client.Sync().ok());
  const auto fresh = couple.client.NewCode(couple.client_code);
  INFO(fresh.status());
  REQUIRE(fresh.ok());
  REQUIRE(*fresh != couple.client_code);
  // Who writes has seen it.
  REQUIRE(couple.client.Note("kept too").ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(ReasonOf(couple.client.NewCode(couple.client_code).status()) == Reason::kRecoveryUnknown);
  TestPerson other(couple.practice, couple.executor);
  CHECK(ReasonOf(other.Recover(couple.client_code).status()) == Reason::kRecoveryUnknown);
  const auto recovered = other.Recover(*fresh);
  INFO(recovered.status());
  REQUIRE(recovered.ok());
  CHECK(other.Texts() == Texts{"kept", "kept too"});
}

TEST_CASE("A new recovery code that nobody may have seen is shown again") {
  TestCouple couple;
  const auto fresh = couple.client.NewCode(couple.client_code);
  REQUIRE(fresh.ok());
  couple.client.Reopen();
  const auto again = couple.client.NewCode(couple.client_code);
  INFO(again.status());
  REQUIRE(again.ok());
  CHECK(*again == *fresh);
  // Whoever has it and asks for another gets another.
  const auto another = couple.client.NewCode(*fresh);
  INFO(another.status());
  REQUIRE(another.ok());
  CHECK(*another != *fresh);
  TestPerson other(couple.practice, couple.executor);
  CHECK(ReasonOf(other.Recover(*fresh).status()) == Reason::kRecoveryUnknown);
  CHECK(other.Recover(*another).ok());
}

TEST_CASE("Whether the recovery code is still at hand is asked once, after a week") {
  TestCouple couple;
  CHECK_FALSE(couple.client.engine->TakeCodeReminder().value());
  couple.practice.Pass(limits::kCodeReminderMs + 1);
  CHECK(couple.client.engine->TakeCodeReminder().value());
  CHECK_FALSE(couple.client.engine->TakeCodeReminder().value());
  REQUIRE(couple.client.NewCode(couple.client_code).ok());
  CHECK_FALSE(couple.client.engine->TakeCodeReminder().value());
  couple.practice.Pass(limits::kCodeReminderMs + 1);
  CHECK(couple.client.engine->TakeCodeReminder().value());
}

TEST_CASE("Wrong, used and foreign codes change nothing") {
  Linked all;
  TestCouple& couple = all.couple;
  CHECK(ReasonOf(couple.client.MakeLink(couple.therapist_code).status()) ==
        Reason::kRecoveryUnknown);
  CHECK_FALSE(couple.client.MakeLink("HFR-WRONG").ok());
  const auto code = couple.client.MakeLink(couple.client_code);
  REQUIRE(code.ok());
  REQUIRE(all.second.Link(*code).ok());
  TestPerson third(couple.practice, couple.executor);
  CHECK(ReasonOf(third.Link(*code).status()) == Reason::kLinkUsed);
  CHECK(ReasonOf(third.Link(couple.client_code).status()) == Reason::kMalformedField);
  // A profile that has an account stays what it is.
  CHECK(ReasonOf(couple.therapist.Link(*code).status()) == Reason::kUsage);
  CHECK(ReasonOf(couple.therapist.Recover(couple.client_code).status()) == Reason::kUsage);
  CHECK(couple.client.Sync().ok());
  couple.practice.Pass(limits::kLinkMsMax + 1);
  CHECK(ReasonOf(third.Link(*code).status()) == Reason::kLinkExpired);
}

}  // namespace holdfast::client
