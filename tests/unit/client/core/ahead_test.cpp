// What is written ahead: it comes when it was meant to and not before, can be taken
// back, and its writer always knows what it waits for.
#include "holdfast/v1/mailbox.pb.h"
#include "support/ahead_couple.h"

namespace holdfast::client {
namespace {

using limits::kDayMs;
using limits::kHourMs;
using Texts = std::vector<std::string>;

TEST_CASE("A note for a time comes then and not before, and its writer sees it arrive") {
  AheadCouple couple;
  const auto id = couple.therapist.Ahead("thinking of you", couple.At(kDayMs));
  REQUIRE(id.ok());
  CHECK(couple.therapist.StateOf(*id) == MessageState::kQueued);
  couple.SyncBoth();
  CHECK(couple.therapist.StateOf(*id) == MessageState::kStored);
  CHECK(AheadCouple::Look(couple.therapist, *id).outlook == AheadOutlook::kWaiting);
  couple.Pass(kDayMs - kHourMs);
  CHECK(couple.client.Texts().empty());

  const std::uint64_t written_ms = couple.therapist.engine->Message(id->hex())->sent_at_ms;
  couple.Pass(2 * kHourMs);
  const auto note = couple.client.engine->Message(id->hex());
  REQUIRE(note.ok());
  CHECK(TextOf(*note) == "thinking of you");
  CHECK(note->unread);
  CHECK(note->sent_at_ms == written_ms);
  CHECK(note->ahead->release.when == ReleaseWhen::kAtTime);
  CHECK(note->ahead->released_at_ms >= note->ahead->release.at_ms);
  CHECK_FALSE(note->ahead->early);
  CHECK(AheadCouple::Look(couple.therapist, *id).outlook == AheadOutlook::kReleased);
  couple.SyncBoth();
  CHECK(couple.therapist.StateOf(*id) == MessageState::kDelivered);
  REQUIRE(couple.client.engine->MarkOpened(*id).ok());
  couple.SyncBoth();
  CHECK(couple.therapist.StateOf(*id) == MessageState::kOpened);
  CHECK(couple.therapist.engine->Queued().value() == 0);
  couple.NoAlarms();
}

TEST_CASE("A client writes ahead as well, but not for a late reply") {
  AheadCouple couple;
  REQUIRE(couple.therapist.SetHours(8 * 60).ok());
  couple.SyncBoth();
  const auto id = couple.client.Ahead("to be read before we meet", couple.At(kHourMs));
  REQUIRE(id.ok());
  couple.SyncBoth();
  couple.Pass(2 * kHourMs);
  CHECK(couple.therapist.Texts() == Texts{"to be read before we meet"});
  const auto refused = couple.client.Ahead("no", AheadCouple::Missed());
  CHECK(ReasonOf(refused.status()) == Reason::kNotPermitted);
  CHECK(FieldOf(refused.status()) == "release.when");
  couple.NoAlarms();
}

TEST_CASE("Written without a connection it goes out later, the key before it, sealed once") {
  AheadCouple couple;
  std::vector<v1::SendRequest> sends;
  couple.therapist.transport.on_request = [&](const std::string& method,
                                              google::protobuf::Message& message) {
    if (method == "Send") sends.push_back(static_cast<v1::SendRequest&>(message));
  };
  couple.therapist.transport.away = true;
  const auto id = couple.therapist.Ahead("from the train", couple.At(kDayMs));
  REQUIRE(id.ok());
  CHECK_FALSE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.engine->Queued().value() == 1);
  couple.therapist.Reopen();
  CHECK(couple.therapist.StateOf(*id) == MessageState::kQueued);

  couple.therapist.transport.away = false;
  // The answer is lost on its way: the same bytes again, whatever the process.
  couple.therapist.transport.fate = [&](const std::string& method) {
    const bool lose = method == "Send" && sends.size() == 1;  // the second one, the note
    return lose ? DirectTransport::Fate::kLoseResponse : DirectTransport::Fate::kDeliver;
  };
  couple.therapist.Sync().IgnoreError();
  couple.therapist.Reopen();
  couple.therapist.transport.fate = nullptr;
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.StateOf(*id) == MessageState::kStored);
  std::vector<v1::SendRequest> notes, keys;
  for (const v1::SendRequest& send : sends) {
    const auto header = DecodeHeader(send.header());
    REQUIRE(header.ok());
    if (header->release.when != ReleaseWhen::kNow) notes.push_back(send);
    if (header->kind == Kind::kControl) keys.push_back(send);
  }
  REQUIRE(notes.size() >= 2);
  CHECK(notes[0].SerializeAsString() == notes[1].SerializeAsString());
  CHECK(notes[0].capsules().empty());
  REQUIRE_FALSE(keys.empty());
  CHECK(DecodeHeader(sends.front().header())->kind == Kind::kControl);

  const std::size_t before = sends.size();
  REQUIRE(couple.therapist.Ahead("another", couple.At(2 * kDayMs)).ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(sends.size() == before + 2);  // it has a key of its own
  CHECK(DecodeHeader(sends[before].header())->kind == Kind::kControl);
  couple.Pass(3 * kDayMs);
  CHECK(couple.client.Texts() == Texts{"from the train", "another"});
  couple.NoAlarms();
}

TEST_CASE("A note for a check-in comes when it opens, and where it stands follows its release") {
  AheadCouple couple;
  couple.BeginRhythm();
  const auto openings = couple.therapist.engine->Openings(couple.therapist.bond());
  REQUIRE(openings.ok());
  REQUIRE(openings->size() > 2);
  const auto id = couple.therapist.Ahead(
      "how was the week?", AheadCouple::For(ReleaseWhen::kSlotOpens, openings->at(1).id));
  REQUIRE(id.ok());
  couple.SyncBoth();
  REQUIRE(couple.client.Note("before it came").ok());
  couple.PassIntoSlot();
  CHECK(couple.client.Texts() == Texts{"before it came"});
  couple.PassIntoSlot();
  CHECK(couple.client.Texts() == Texts{"before it came", "how was the week?"});
  CHECK(couple.therapist.Texts() == Texts{"before it came", "how was the week?"});
  CHECK(AheadCouple::Look(couple.client, *id).slot_opens_at_ms == openings->at(1).opens_at_ms);
  const auto late = couple.therapist.Ahead(
      "too late", AheadCouple::For(ReleaseWhen::kSlotOpens, openings->at(1).id));
  CHECK(ReasonOf(late.status()) == Reason::kTimeOutOfRange);
  CHECK(FieldOf(late.status()) == "release.slot");
  couple.NoAlarms();
}

TEST_CASE("A note for an empty check-in comes when it closes empty") {
  AheadCouple couple;
  couple.BeginRhythm();
  couple.PassIntoSlot();
  const SlotId open = couple.therapist.Standing().open_slot->slot.id;
  const auto id = couple.therapist.Ahead("no need to write",
                                         AheadCouple::For(ReleaseWhen::kSlotClosesEmpty, open));
  REQUIRE(id.ok());
  couple.SyncBoth();
  couple.Pass(kHourMs);
  CHECK(couple.client.Texts().empty());
  couple.Pass(2 * kHourMs);
  CHECK(couple.client.Texts() == Texts{"no need to write"});
  couple.NoAlarms();
}

TEST_CASE("A note that is not needed any more says so to its writer, and comes to nobody") {
  AheadCouple couple;
  couple.BeginRhythm();
  couple.PassIntoSlot();
  const SlotId open = couple.therapist.Standing().open_slot->slot.id;
  const auto id = couple.therapist.Ahead("no need to write",
                                         AheadCouple::For(ReleaseWhen::kSlotClosesEmpty, open));
  couple.SyncBoth();
  REQUIRE(couple.client.CheckIn("here I am", v1::NEED_WITNESS).ok());
  couple.SyncBoth(2);
  CHECK(AheadCouple::Look(couple.therapist, *id).outlook == AheadOutlook::kCheckInCame);
  couple.Pass(3 * kHourMs);
  CHECK(couple.client.Texts() == Texts{"here I am"});
  couple.NoAlarms();
}

TEST_CASE("A note whose check-in will never open says why") {
  AheadCouple couple;
  couple.BeginRhythm();
  const auto openings = couple.therapist.engine->Openings(couple.therapist.bond());
  const Release first = AheadCouple::For(ReleaseWhen::kSlotOpens, openings->at(0).id);
  const Release fourth = AheadCouple::For(ReleaseWhen::kSlotOpens, openings->at(3).id);
  const auto soon = couple.therapist.Ahead("soon", first);
  const auto later = couple.therapist.Ahead("later", fourth);
  couple.SyncBoth();
  REQUIRE(couple.client.engine->Pause(couple.client.bond(), openings->at(1).opens_at_ms).ok());
  couple.SyncBoth(2);
  CHECK(AheadCouple::Look(couple.therapist, *soon).outlook == AheadOutlook::kInPause);
  CHECK(couple.therapist.engine->Openings(couple.therapist.bond())->front() == openings->at(1));
  couple.Pass(kDayMs);
  CHECK(AheadCouple::Look(couple.therapist, *soon).outlook == AheadOutlook::kSkipped);
  CHECK(AheadCouple::Look(couple.therapist, *later).outlook == AheadOutlook::kWaiting);
  REQUIRE(couple.therapist.engine->EndRhythm(couple.therapist.bond()).ok());
  couple.SyncBoth(2);
  CHECK(AheadCouple::Look(couple.therapist, *later).outlook == AheadOutlook::kRhythmChanged);
  REQUIRE(couple.therapist.engine->EndBond(couple.therapist.bond()).ok());
  couple.SyncBoth(2);
  CHECK(AheadCouple::Look(couple.therapist, *later).outlook == AheadOutlook::kBondEnded);
  CHECK(couple.client.Texts().empty());
  couple.NoAlarms();
}

TEST_CASE("A note for a late reply comes after the miss, and answers nothing") {
  AheadCouple couple;
  REQUIRE(couple.therapist.SetHours(8 * 60).ok());
  couple.SyncBoth();
  const auto asked = couple.client.CheckIn("a heavy week");
  couple.SyncBoth(2);
  const auto named = couple.therapist.Ahead("I am late, not gone", AheadCouple::Missed(), *asked);
  const auto next = couple.therapist.Ahead("whichever it is", AheadCouple::Missed());
  REQUIRE(named.ok());
  REQUIRE(next.ok());
  couple.SyncBoth();
  couple.Pass(7 * kHourMs);
  CHECK(couple.client.Texts() == Texts{"a heavy week"});
  couple.Pass(2 * kHourMs);
  CHECK(AheadCouple::Has(couple.client, "I am late, not gone"));
  CHECK(AheadCouple::Has(couple.client, "whichever it is"));
  CHECK(couple.client.StateOf(*asked) == MessageState::kMissed);
  const auto note = couple.client.engine->Message(named->hex());
  CHECK(note->ahead->promise == *asked);
  CHECK_FALSE(note->reply_to.has_value());
  couple.NoAlarms();
}

TEST_CASE("A reply in time makes the note for its miss needless") {
  AheadCouple couple;
  REQUIRE(couple.therapist.SetHours(8 * 60).ok());
  couple.SyncBoth();
  const auto asked = couple.client.CheckIn("a heavy week");
  couple.SyncBoth(2);
  const auto id = couple.therapist.Ahead("I am late, not gone", AheadCouple::Missed(), *asked);
  couple.SyncBoth();
  REQUIRE(couple.therapist.Reply(*asked, "I am here").ok());
  couple.SyncBoth(2);
  CHECK(AheadCouple::Look(couple.therapist, *id).outlook == AheadOutlook::kAnswered);
  const auto late = couple.therapist.Ahead("no", AheadCouple::Missed(), *asked);
  CHECK(FieldOf(late.status()) == "release.promise");
  couple.Pass(9 * kHourMs);
  CHECK_FALSE(AheadCouple::Has(couple.client, "I am late, not gone"));
  couple.NoAlarms();
}

TEST_CASE("A pause holds what was written ahead only where the client chose so") {
  for (const bool ahead_too : {false, true}) {
    AheadCouple couple;
    const auto id = couple.therapist.Ahead("during the pause", couple.At(kDayMs));
    couple.SyncBoth();
    const std::uint64_t until = couple.now_ms() + 3 * kDayMs;
    REQUIRE(couple.client.engine->Pause(couple.client.bond(), until, ahead_too).ok());
    couple.SyncBoth(2);
    CHECK(couple.therapist.Standing().pause_holds_ahead == ahead_too);
    couple.Pass(2 * kDayMs);
    CHECK(couple.client.Texts().empty() == ahead_too);
    const AheadOutlook expected = ahead_too ? AheadOutlook::kHeld : AheadOutlook::kReleased;
    CHECK(AheadCouple::Look(couple.therapist, *id).outlook == expected);
    couple.Pass(2 * kDayMs);
    CHECK(couple.client.Texts() == Texts{"during the pause"});
    couple.NoAlarms();
  }
}

TEST_CASE("What is withdrawn never comes") {
  AheadCouple couple;
  const auto id = couple.therapist.Ahead("better not", couple.At(kDayMs));
  couple.SyncBoth();
  REQUIRE(couple.therapist.engine->Withdraw(*id).ok());
  CHECK(AheadCouple::Look(couple.therapist, *id).withdrawing);
  CHECK(ReasonOf(couple.therapist.engine->Withdraw(*id)) == Reason::kActSuperseded);
  couple.SyncBoth();
  const auto note = couple.therapist.engine->Message(id->hex());
  CHECK(note->state == MessageState::kWithdrawn);
  CHECK(note->evidence == Evidence::kLedger);
  CHECK_FALSE(note->ahead->withdrawing);
  couple.Pass(2 * kDayMs);
  CHECK(couple.client.Texts().empty());
  CHECK(couple.therapist.StateOf(*id) == MessageState::kWithdrawn);
  couple.NoAlarms();
}

TEST_CASE("What never left the device is withdrawn without a word to anybody") {
  AheadCouple couple;
  couple.therapist.transport.away = true;
  const auto id = couple.therapist.Ahead("better not", couple.At(kDayMs));
  REQUIRE(couple.therapist.engine->Withdraw(*id).ok());
  CHECK(couple.therapist.StateOf(*id) == MessageState::kWithdrawn);
  CHECK(couple.therapist.engine->Queued().value() == 0);
  couple.therapist.transport.away = false;
  couple.SyncBoth();
  CHECK(couple.therapist.LedgerKinds().empty());
  couple.Pass(2 * kDayMs);
  CHECK(couple.client.Texts().empty());
  couple.NoAlarms();
}

TEST_CASE("Withdrawing what may or may not have reached the practice takes it back for good") {
  for (const auto fate :
       {DirectTransport::Fate::kLoseRequest, DirectTransport::Fate::kLoseResponse}) {
    AheadCouple couple;
    const auto id = couple.therapist.Ahead("better not", couple.At(kDayMs));
    std::size_t sends = 0;  // the key, then the note
    couple.therapist.transport.fate = [&](const std::string& method) {
      return method == "Send" && ++sends == 2 ? fate : DirectTransport::Fate::kDeliver;
    };
    couple.therapist.Sync().IgnoreError();
    couple.therapist.transport.fate = nullptr;
    CHECK(couple.therapist.StateOf(*id) == MessageState::kQueued);
    REQUIRE(couple.therapist.engine->Withdraw(*id).ok());
    couple.SyncBoth(2);
    CHECK(couple.therapist.StateOf(*id) == MessageState::kWithdrawn);
    CHECK(couple.therapist.Standing().waiting.empty());
    couple.Pass(2 * kDayMs);
    CHECK(couple.client.Texts().empty());
    couple.NoAlarms();
  }
}

TEST_CASE("What was released cannot be withdrawn, and says so") {
  AheadCouple couple;
  const auto id = couple.therapist.Ahead("too late", couple.At(kHourMs));
  couple.SyncBoth();
  couple.practice.Pass(2 * kHourMs);
  // This device does not know it yet.
  REQUIRE(couple.therapist.engine->Withdraw(*id).ok());
  couple.SyncBoth(2);
  CHECK(AheadCouple::Look(couple.therapist, *id).outlook == AheadOutlook::kReleased);
  CHECK(couple.client.Texts() == Texts{"too late"});
  CHECK(ReasonOf(couple.therapist.engine->Withdraw(*id)) == Reason::kActSuperseded);
  couple.NoAlarms();
}

TEST_CASE("What cannot be asked for is refused by name, and changes nothing") {
  AheadCouple couple;
  const auto field = [](const absl::StatusOr<EnvelopeId>& written) {
    return FieldOf(written.status());
  };
  const MemoryContents before = couple.therapist.storage.contents();
  Release past = couple.At(0);
  CHECK(field(couple.therapist.Ahead("x", past)) == "release.at");
  CHECK(field(couple.therapist.Ahead("x", couple.At(367 * kDayMs))) == "release.at");
  const SlotId nowhere = SlotIdOf(1, couple.now_ms() + kDayMs);
  CHECK(field(couple.therapist.Ahead("x", AheadCouple::For(ReleaseWhen::kSlotOpens, nowhere))) ==
        "release.slot");
  CHECK(field(couple.therapist.Ahead("x", AheadCouple::Missed())) == "release.when");
  CHECK_FALSE(couple.therapist.Ahead("", couple.At(kDayMs)).ok());
  CHECK(couple.therapist.storage.contents() == before);
}

TEST_CASE("Only so many wait in one bond, and a withdrawn one makes room") {
  AheadCouple couple;
  std::vector<EnvelopeId> ids;
  for (std::size_t i = 0; i < limits::kAheadWaitingMax; ++i) {
    ids.push_back(couple.therapist.Ahead("again", couple.At(kDayMs)).value());
  }
  const auto refused = couple.therapist.Ahead("one more", couple.At(kDayMs));
  CHECK(ReasonOf(refused.status()) == Reason::kQuotaExceeded);
  couple.SyncBoth();
  REQUIRE(couple.therapist.engine->Withdraw(ids.front()).ok());
  couple.SyncBoth();
  CHECK(couple.therapist.Ahead("one more", couple.At(kDayMs)).ok());
  couple.SyncBoth();
  CHECK(couple.therapist.engine->Queued().value() == 0);
  couple.NoAlarms();
}

}  // namespace
}  // namespace holdfast::client
