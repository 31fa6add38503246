// Promises: a due time fixed when an envelope is stored; kept, moved before it is
// due, or missed, told and repaired.
#include "server/core/engine/batch.h"
#include "support/catch.h"
#include "support/server_ledger.h"
#include "unit/server/core/ahead_support.h"

namespace holdfast::server {
namespace {

// Stored on Monday, 21 September 2026, 16:13:20 in Zurich.
std::uint64_t ReminderOfFirst() { return Instant(2026, 9, 23, 12, 13) + 20 * limits::kSecondMs; }

struct PromisePractice : ServerWorld {
  PromisePractice() : bond(FormBond()) {}

  void SetHours(std::uint32_t number = 1) {
    REQUIRE(Do(*this, bond, bond.therapist, TestAvailability(number)).ok());
  }
  EnvelopeId Ask(ReceiptLeaf* leaf = nullptr) {
    return SendAs(*this, bond, bond.client, {Kind::kCheckIn, true, {}, {}}, leaf);
  }
  EnvelopeId Reply(const EnvelopeId& to) {
    return SendAs(*this, bond, bond.therapist, {Kind::kReply, false, {}, to});
  }
  // Both clocks stand at that instant; nothing has fired on the way.
  void SleepUntil(std::uint64_t at_ms) { clock.Advance(at_ms - clock.wall_ms); }
  void PassUntil(std::uint64_t at_ms) { Pass(at_ms - clock.wall_ms); }
  absl::Status Move(const EnvelopeId& envelope, std::uint64_t from_ms, std::uint64_t due_ms) {
    return Do(*this, bond, bond.therapist, Reschedule{envelope, from_ms, due_ms});
  }
  std::string Kinds() { return CheckedLedger(*this, bond).kinds(); }
  PromiseLine Line(const EnvelopeId& envelope) {
    return CheckedLedger(*this, bond).book.promises().at(envelope);
  }

  TestBond bond;
};

}  // namespace

TEST_CASE("the receipt names the due time in working hours, and a reply in time keeps it") {
  PromisePractice practice;
  practice.SetHours();
  ReceiptLeaf leaf;
  const EnvelopeId envelope = practice.Ask(&leaf);
  CHECK(leaf.due_at_ms == DueOfFirst());
  CHECK(leaf.availability_version == 1);
  PromiseLine line = practice.Line(envelope);
  CHECK(line.state == PromiseState::kOpen);
  CHECK(line.made_at_ms == leaf.stored_at_ms);
  CHECK(line.due_at_ms == leaf.due_at_ms);

  practice.PassUntil(leaf.due_at_ms - 1);
  const EnvelopeId reply = practice.Reply(envelope);
  practice.Reply(envelope);  // the first one settles it
  practice.Pass(30 * limits::kDayMs);
  CHECK(practice.Kinds() == "act made kept");
  line = practice.Line(envelope);
  CHECK(line.state == PromiseState::kKept);
  CHECK(line.reply == reply);
}

TEST_CASE("nothing is promised where no reply is asked for, none can be, or the therapist writes") {
  PromisePractice practice;
  ReceiptLeaf leaf;
  practice.Ask(&leaf);
  CHECK(leaf.due_at_ms == 0);
  CHECK(leaf.availability_version == 0);
  CHECK(practice.Kinds().empty());
  practice.SetHours();
  SendAs(practice, practice.bond, practice.bond.client, {Kind::kCheckIn, false, {}, {}}, &leaf);
  CHECK(leaf.due_at_ms == 0);
  SendAs(practice, practice.bond, practice.bond.therapist, {Kind::kNote, true, {}, {}}, &leaf);
  CHECK(leaf.due_at_ms == 0);
  CHECK(practice.Kinds() == "act");
}

TEST_CASE("a promise that is not kept is missed at its due time, and a reply repairs it") {
  PromisePractice practice;
  // Ids that sort the other way round than people are told.
  while (practice.bond.client.id < practice.bond.therapist.id) practice.bond = practice.FormBond();
  practice.SetHours();
  const EnvelopeId envelope = practice.Ask();
  practice.PassUntil(DueOfFirst() - 1);
  CHECK(practice.Kinds() == "act made");
  practice.clock.Advance(1);
  practice.RunBatch({});
  CHECK(practice.fired.count == 1);
  CHECK(practice.wakes ==
        std::vector<DeviceId>{practice.bond.client.id, practice.bond.therapist.id});
  const ReadBook read = CheckedLedger(practice, practice.bond);
  CHECK(read.kinds() == "act made missed");
  CHECK(read.entries.back().at_ms == DueOfFirst());
  CHECK(Told(practice, practice.bond.client) == "act made missed");
  CHECK(Told(practice, practice.bond.therapist) == "act made reminder missed");

  practice.Pass(limits::kDayMs);
  const EnvelopeId repair = practice.Reply(envelope);
  practice.Reply(envelope);
  CHECK(practice.Kinds() == "act made missed repaired");
  CHECK(practice.Line(envelope).state == PromiseState::kRepaired);
  CHECK(practice.Line(envelope).reply == repair);
}

TEST_CASE("a reply that comes at the due time, before the timer's turn, is a repair") {
  PromisePractice practice;
  practice.SetHours();
  const EnvelopeId envelope = practice.Ask();
  practice.SleepUntil(DueOfFirst());
  practice.timers_max = 0;
  practice.Reply(envelope);
  CHECK(practice.Kinds() == "act made missed repaired");
  practice.timers_max = 32;
  practice.Pass(limits::kDayMs);
  CHECK(practice.Kinds() == "act made missed repaired");
}

TEST_CASE("the due time moves only by a signed act before it has come") {
  PromisePractice practice;
  practice.SetHours();
  const EnvelopeId envelope = practice.Ask();
  const std::uint64_t later = DueOfFirst() + limits::kDayMs;
  const auto refused = [&](const absl::Status& status, Reason reason, const char* field) {
    CHECK(ReasonOf(status) == reason);
    CHECK(FieldOf(status) == field);
    CHECK(practice.Kinds() == "act made");
  };
  refused(practice.Move(envelope, later, later + 1), Reason::kActSuperseded,
          "act.reschedule.from_ms");
  refused(practice.Move(envelope, DueOfFirst(), practice.clock.wall_ms), Reason::kTimeOutOfRange,
          "act.reschedule.due_at_ms");
  refused(
      practice.Move(envelope, DueOfFirst(), practice.clock.wall_ms + limits::kDueAheadMsMax + 1),
      Reason::kTimeOutOfRange, "act.reschedule.due_at_ms");
  refused(practice.Move(EnvelopeId::From(Bytes(16, 'x'), "").value(), DueOfFirst(), later),
          Reason::kUnknownEnvelope, "act.reschedule.envelope");
  refused(
      Do(practice, practice.bond, practice.bond.client, Reschedule{envelope, DueOfFirst(), later}),
      Reason::kNotPermitted, "act.kind");

  REQUIRE(practice.Move(envelope, DueOfFirst(), later).ok());
  practice.PassUntil(later - 1);
  CHECK(practice.Kinds() == "act made act");
  // There and back again: one timer a time, whatever was armed before.
  REQUIRE(practice.Move(envelope, later, later + limits::kDayMs).ok());
  REQUIRE(practice.Move(envelope, later + limits::kDayMs, later).ok());
  practice.Pass(limits::kDayMs * 3);
  const ReadBook read = CheckedLedger(practice, practice.bond);
  CHECK(read.kinds() == "act made act act act missed");
  CHECK(read.entries.back().at_ms == later);
  const absl::Status late = practice.Move(envelope, later, practice.clock.wall_ms + 1000);
  CHECK(ReasonOf(late) == Reason::kActSuperseded);
}

TEST_CASE("away times that come later change no promise that was made") {
  PromisePractice practice;
  practice.SetHours();
  const EnvelopeId envelope = practice.Ask();
  Availability away = TestAvailability(2);
  away.away = {{practice.clock.wall_ms, practice.clock.wall_ms + 20 * limits::kDayMs}};
  REQUIRE(Do(practice, practice.bond, practice.bond.therapist, away).ok());
  ReceiptLeaf leaf;
  practice.Ask(&leaf);
  CHECK(leaf.availability_version == 2);
  CHECK(leaf.due_at_ms > DueOfFirst() + 20 * limits::kDayMs - limits::kDayMs);
  practice.PassUntil(DueOfFirst());
  CHECK(practice.Line(envelope).state == PromiseState::kMissed);
}

TEST_CASE("working hours keep their time of day over a change of the clock") {
  PromisePractice practice;
  practice.SetHours();
  practice.SleepUntil(Instant(2026, 10, 23, 16));  // Friday; the clock changes on Sunday
  ReceiptLeaf leaf;
  practice.Ask(&leaf);
  CHECK(leaf.due_at_ms == Instant(2026, 10, 27, 16));
  CHECK(leaf.due_at_ms - leaf.stored_at_ms == 4 * limits::kDayMs + limits::kHourMs);
}

TEST_CASE("the therapist is reminded once, before the due time, while a reply is owed") {
  PromisePractice practice;
  practice.SetHours();
  const EnvelopeId envelope = practice.Ask();
  practice.PassUntil(ReminderOfFirst() - 1);
  CHECK(Told(practice, practice.bond.therapist) == "act made");
  SECTION("owed") {
    practice.Pass(1);
    CHECK(Told(practice, practice.bond.therapist) == "act made reminder");
    CHECK(Told(practice, practice.bond.client) == "act made");
    practice.Pass(limits::kHourMs);
    CHECK(Told(practice, practice.bond.therapist) == "act made reminder");
  }
  SECTION("answered") {
    practice.Reply(envelope);
    practice.Pass(limits::kDayMs);
    CHECK(Told(practice, practice.bond.therapist) == "act made kept");
  }
}

TEST_CASE("a reminder that is late waits for working hours, and none comes after the due time") {
  PromisePractice practice;
  practice.SetHours();
  practice.SleepUntil(Instant(2026, 9, 24, 16));  // Thursday; due on Monday at 16, reminder at 12
  const EnvelopeId envelope = practice.Ask();
  REQUIRE(practice.Line(envelope).due_at_ms == Instant(2026, 9, 28, 16));
  SECTION("after the hours of the day it was meant for") {
    Availability shorter = TestAvailability(2);
    for (WorkingHours& hours : shorter.hours) hours.from_minute = 14 * 60;
    REQUIRE(Do(practice, practice.bond, practice.bond.therapist, shorter).ok());
    practice.PassUntil(Instant(2026, 9, 28, 14) - 1);
    CHECK(Told(practice, practice.bond.therapist) == "act made act");
    practice.Pass(1);
    CHECK(Told(practice, practice.bond.therapist) == "act made act reminder");
  }
  SECTION("after the due time") {
    practice.SleepUntil(Instant(2026, 9, 28, 16));
    practice.FireDue();
    CHECK(Told(practice, practice.bond.therapist) == "act made missed");
  }
}

TEST_CASE("no crash makes a promise be missed twice, or never") {
  PromisePractice whole;
  whole.SetHours();
  whole.Ask();
  whole.PassUntil(DueOfFirst() + limits::kDayMs);
  const std::string expected = whole.Kinds();

  for (int die_at = 0; die_at < 6; ++die_at) {
    PromisePractice practice;
    int step = 0;
    const auto maybe_die = [&] {
      if (step++ != die_at) return;
      // In the middle of a batch: what it did is lost.
      practice.core->BeginBatch();
      const auto transaction = practice.store.Begin();
      REQUIRE(practice.core->FireTimers(*transaction, 32).ok());
      REQUIRE(practice.core->SealBatch(*transaction).ok());
      practice.Restart();
    };
    practice.SetHours();
    maybe_die();
    practice.Ask();
    maybe_die();
    practice.SleepUntil(ReminderOfFirst());
    maybe_die();
    practice.FireDue();
    maybe_die();
    practice.SleepUntil(DueOfFirst());
    maybe_die();
    practice.FireDue();
    maybe_die();
    practice.Pass(limits::kDayMs);
    CHECK(practice.Kinds() == expected);
    CHECK(Told(practice, practice.bond.therapist) == "act made reminder missed");
  }
}

TEST_CASE("what became of promises is counted, and nothing of what was undone") {
  PromisePractice practice;
  practice.SetHours();
  const EnvelopeId envelope = practice.Ask();
  CHECK(practice.core->promises().made == 1);
  CHECK(practice.core->promises().missed == 0);
  practice.SleepUntil(DueOfFirst() + 1);
  practice.Reply(envelope);
  CHECK(practice.core->promises().made == 0);
  CHECK(practice.core->promises().kept == 0);
  CHECK(practice.core->promises().repaired == 1);

  Batch batch;
  ++batch.promises().made;
  const Batch::Mark mark = batch.mark();
  ++batch.promises().kept;
  batch.GoBack(mark);
  CHECK(batch.promises().made == 1);
  CHECK(batch.promises().kept == 0);
}

}  // namespace holdfast::server
