// A reply that was promised: kept, moved, missed and repaired, the same for both.
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using limits::kHourMs;

struct Promised : TestCouple {
  Promised() {
    REQUIRE(therapist.SetHours(8 * 60).ok());
    REQUIRE(therapist.Sync().ok());
    REQUIRE(client.Sync().ok());
  }
  EnvelopeId Asked() {
    const auto id = client.CheckIn("a heavy week");
    REQUIRE(client.Sync().ok());
    REQUIRE(therapist.Sync().ok());
    return *id;
  }
  void SyncBoth() {
    REQUIRE(therapist.Sync().ok());
    REQUIRE(client.Sync().ok());
    REQUIRE(therapist.Sync().ok());
  }
  void NoAlarms() {
    CHECK(client.AlarmReasons().empty());
    CHECK(therapist.AlarmReasons().empty());
  }
};

TEST_CASE("A message that asks for a reply gets a due time, which both compute alike") {
  Promised couple;
  const EnvelopeId id = couple.Asked();
  REQUIRE(couple.client.Sync().ok());
  const auto mine = couple.client.engine->Message(id.hex());
  CHECK(mine->state == MessageState::kReplyDue);
  CHECK(mine->evidence == Evidence::kLedger);
  CHECK(mine->due_at_ms == couple.client.Standing().promises.at(0).line.made_at_ms + 8 * kHourMs);
  const auto theirs = couple.therapist.engine->Message(id.hex());
  CHECK(theirs->state == MessageState::kReplyDue);
  CHECK(theirs->due_at_ms == mine->due_at_ms);
  couple.NoAlarms();
}

TEST_CASE("Nothing is promised for what asks for nothing, and nothing without hours") {
  Promised couple;
  REQUIRE(couple.client.CheckIn("just so", v1::NEED_WITNESS).ok());
  couple.SyncBoth();
  CHECK(couple.client.Standing().promises.empty());
  couple.NoAlarms();
  TestCouple bare;
  const auto id = bare.client.CheckIn("please");
  REQUIRE(bare.client.Sync().ok());
  REQUIRE(bare.therapist.Sync().ok());
  CHECK(bare.client.StateOf(*id) == MessageState::kStored);
  CHECK(bare.client.AlarmReasons().empty());
}

TEST_CASE("A reply in time keeps the promise") {
  Promised couple;
  const EnvelopeId id = couple.Asked();
  couple.practice.Pass(7 * kHourMs);
  REQUIRE(couple.therapist.Reply(id, "I am here").ok());
  couple.SyncBoth();
  CHECK(couple.client.StateOf(id) == MessageState::kAnswered);
  CHECK(couple.client.Standing().promises.empty());
  couple.practice.Pass(8 * kHourMs);
  couple.SyncBoth();
  CHECK(couple.client.StateOf(id) == MessageState::kAnswered);
  couple.NoAlarms();
}

TEST_CASE("A missed promise is known to both, and the reply to it names the miss") {
  Promised couple;
  const EnvelopeId id = couple.Asked();
  const std::uint64_t due = couple.therapist.engine->Message(id.hex())->due_at_ms;
  couple.practice.Pass(9 * kHourMs);
  couple.SyncBoth();
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    const auto message = person->engine->Message(id.hex());
    CHECK(message->state == MessageState::kMissed);
    CHECK(message->evidence == Evidence::kLedger);
    CHECK(message->due_at_ms == due);
    CHECK(person->Standing().promises.at(0).line.state == PromiseState::kMissed);
  }
  const auto reply = couple.therapist.Reply(id, "I am late, and I am sorry");
  REQUIRE(reply.ok());
  couple.SyncBoth();
  CHECK(couple.client.StateOf(id) == MessageState::kRepaired);
  CHECK(couple.client.engine->Message(reply->hex())->content->reply().missed_due_at_ms() == due);
  couple.SyncBoth();
  CHECK(couple.therapist.StateOf(id) == MessageState::kRepaired);
  couple.NoAlarms();
}

TEST_CASE("A due time that has passed is never shown as due, whatever the practice says") {
  Promised couple;
  const EnvelopeId id = couple.Asked();
  couple.client.transport.away = true;
  couple.practice.clock.Advance(9 * kHourMs);
  const auto message = couple.client.engine->Message(id.hex());
  CHECK(message->state == MessageState::kMissed);
  CHECK(message->evidence == Evidence::kThisDevice);
  CHECK(couple.client.Standing().promises.empty());  // its entry has not reached it
}

TEST_CASE("A reply can be moved before it is due, and not afterwards") {
  Promised couple;
  const EnvelopeId id = couple.Asked();
  const std::uint64_t due = couple.therapist.engine->Message(id.hex())->due_at_ms;
  REQUIRE(couple.therapist.engine->Reschedule(id, due + 4 * kHourMs).ok());
  couple.SyncBoth();
  CHECK(couple.client.engine->Message(id.hex())->due_at_ms == due + 4 * kHourMs);
  CHECK(couple.client.Standing().promises.at(0).line.first_due_at_ms == due);
  couple.practice.Pass(9 * kHourMs);
  couple.SyncBoth();
  CHECK(couple.client.StateOf(id) == MessageState::kReplyDue);
  couple.practice.Pass(4 * kHourMs);
  couple.SyncBoth();
  CHECK(couple.client.StateOf(id) == MessageState::kMissed);
  const auto late = couple.therapist.engine->Reschedule(id, due + 40 * kHourMs);
  CHECK(ReasonOf(late.status()) == Reason::kActSuperseded);
  CHECK(ReasonOf(couple.client.engine->Reschedule(id, due + 40 * kHourMs).status()) !=
        Reason::kInternal);
  couple.NoAlarms();
}

TEST_CASE("What a therapist decides while away waits, goes out once, and survives a crash") {
  TestCouple couple;
  couple.therapist.transport.away = true;
  REQUIRE(couple.therapist.SetHours(60).ok());
  CHECK_FALSE(couple.therapist.Sync().ok());
  couple.therapist.Reopen();
  REQUIRE(couple.therapist.Standing().waiting.size() == 1);
  couple.therapist.transport.away = false;
  couple.therapist.transport.fate = [lost = false](const std::string& method) mutable {
    if (method != "Perform" || lost) return DirectTransport::Fate::kDeliver;
    lost = true;
    return DirectTransport::Fate::kLoseResponse;
  };
  CHECK_FALSE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Standing().waiting.size() == 1);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Standing().waiting.empty());
  CHECK(couple.therapist.LedgerKinds() == std::vector<LedgerKind>{LedgerKind::kAct});
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.Standing().availability.has_value());
  CHECK(couple.client.Standing().availability->reply_within_minutes == 60);
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("The therapist is reminded before a reply is due, and not of one that is settled") {
  Promised couple;
  const EnvelopeId id = couple.Asked();
  couple.practice.Pass(7 * kHourMs);
  REQUIRE(couple.therapist.Sync().ok());
  const auto reminders = couple.therapist.engine->TakeReminders();
  REQUIRE(reminders->size() == 1);
  CHECK(reminders->front().envelope == id);
  CHECK(couple.therapist.engine->TakeReminders()->empty());
}

TEST_CASE("A promise is shown beside how far its message came") {
  Promised couple;
  const EnvelopeId id = couple.Asked();
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.engine->Message(id.hex())->reached == MessageState::kDelivered);
  REQUIRE(couple.therapist.engine->MarkOpened(id).ok());
  couple.SyncBoth();
  const auto mine = couple.client.engine->Message(id.hex());
  CHECK(mine->state == MessageState::kReplyDue);
  CHECK(mine->reached == MessageState::kOpened);
  CHECK(mine->reached_at_ms != 0);
}

TEST_CASE("Where the bond ends before the reply, none is shown as due, to either") {
  for (const bool missed : {false, true}) {
    CAPTURE(missed);
    Promised couple;
    const EnvelopeId id = couple.Asked();
    const EnvelopeId answered = couple.Asked();
    REQUIRE(couple.therapist.Reply(answered, "here").ok());
    couple.SyncBoth();
    if (missed) couple.practice.Pass(9 * kHourMs);
    couple.SyncBoth();
    REQUIRE(couple.client.engine->EndBond(couple.client.bond()).ok());
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    for (TestPerson* person : {&couple.client, &couple.therapist}) {
      const auto message = person->engine->Message(id.hex());
      CHECK(message->bond_ended);
      CHECK(message->state == message->reached);
      CHECK(message->due_at_ms == 0);
      const auto other = person->engine->Message(answered.hex());
      CHECK_FALSE(other->bond_ended);
      CHECK(other->state == MessageState::kAnswered);
    }
  }
}

TEST_CASE("Bad decisions are refused, name the field and change nothing") {
  TestCouple couple;
  AvailabilityDraft draft;
  draft.zone = "Nowhere/Land";
  draft.reply_within_minutes = 60;
  draft.hours = {{1, 0, 60}};
  const BondId bond = couple.therapist.bond();
  Engine& therapist = *couple.therapist.engine;
  const MemoryContents before = couple.therapist.storage.contents();
  const MemoryContents clients = couple.client.storage.contents();
  CHECK(FieldOf(therapist.SetAvailability(bond, draft).status()) == "zone");
  draft.zone = "UTC";
  draft.hours.clear();
  CHECK_FALSE(therapist.SetAvailability(bond, draft).ok());
  draft.hours = {{1, 0, 60}};
  draft.away = {{0, 4'000'000'000'000}};
  CHECK_FALSE(therapist.SetAvailability(bond, draft).ok());
  CHECK(ReasonOf(couple.client.SetHours(60).status()) == Reason::kUsage);
  CHECK(ReasonOf(therapist.Pause(bond, 0).status()) != Reason::kInternal);
  CHECK_FALSE(therapist.Pause(bond, 0).ok());
  CHECK(ReasonOf(therapist.AcceptRhythm(bond).status()) == Reason::kUsage);
  CHECK(ReasonOf(therapist.EndRhythm(bond).status()) == Reason::kUsage);
  CHECK(couple.therapist.storage.contents() == before);
  CHECK(couple.client.storage.contents() == clients);
}

}  // namespace
}  // namespace holdfast::client
