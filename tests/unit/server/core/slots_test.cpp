// Slots: they open on time, remind at most twice, close, and wait while nobody is
// there to open them.
#include "crypto/public/ledger.h"
#include "support/catch.h"
#include "support/server_ledger.h"
#include "unit/server/core/ahead_support.h"

namespace holdfast::server {
namespace {

struct SlotPractice : ServerWorld {
  SlotPractice() : bond(FormBond()) {}

  void Keep(std::uint32_t number = 1) { Keep(TestRhythm(FirstMonday(), number)); }
  void Keep(const Rhythm& rhythm) { KeepRhythm(*this, bond, rhythm); }
  EnvelopeId CheckIn(const SlotId& slot) {
    return SendAs(*this, bond, bond.client, {Kind::kCheckIn, false, slot, {}});
  }
  // As if the practice had been away until then.
  void SleepUntil(std::uint64_t at_ms) { clock.Advance(at_ms - clock.wall_ms); }
  void PassUntil(std::uint64_t at_ms) { Pass(at_ms - clock.wall_ms); }
  absl::Status ByClient(Deed deed) { return Do(*this, bond, bond.client, std::move(deed)); }
  absl::Status ByTherapist(Deed deed) { return Do(*this, bond, bond.therapist, std::move(deed)); }
  ReadBook Ledger() { return CheckedLedger(*this, bond); }
  std::string Kinds() { return Ledger().kinds(); }
  void Die() {
    core->BeginBatch();
    const auto transaction = store.Begin();
    REQUIRE(core->FireTimers(*transaction, 32).ok());
    REQUIRE(core->SealBatch(*transaction).ok());
    Restart();
  }

  TestBond bond;
};

}  // namespace

TEST_CASE("a slot opens on time, reminds twice, closes empty, and the next one comes") {
  SlotPractice practice;
  practice.Keep();
  practice.PassUntil(FirstOpening() - 1);
  CHECK(practice.Kinds() == "act act");
  practice.Pass(1);
  ReadBook read = practice.Ledger();
  CHECK(read.kinds() == "act act opened");
  CHECK(read.entries.back().at_ms == FirstOpening());
  CHECK(read.book.open_slot()->slot.closes_at_ms == FirstOpening() + kWindowMs);
  practice.Pass(kWindowMs / 3 - 1);
  CHECK(Told(practice, practice.bond.client) == "act act opened");
  practice.Pass(1);
  CHECK(Told(practice, practice.bond.client) == "act act opened reminder");
  practice.Pass(kWindowMs / 3);
  CHECK(Told(practice, practice.bond.client) == "act act opened reminder reminder");
  practice.PassUntil(FirstOpening() + kWindowMs);
  read = practice.Ledger();
  CHECK(read.kinds() == "act act opened empty");
  CHECK(read.entries.back().at_ms == FirstOpening() + kWindowMs);
  practice.PassUntil(FirstOpening() + kWeekMs);
  CHECK(practice.Kinds() == "act act opened empty opened");
  CHECK(Told(practice, practice.bond.therapist) == "act act opened empty opened");
}

TEST_CASE("the first check-in fills the open slot, and then nobody is reminded") {
  SlotPractice practice;
  practice.Keep();
  practice.PassUntil(FirstOpening() + limits::kHourMs);
  const EnvelopeId check_in = practice.CheckIn(FirstSlot());
  practice.CheckIn(FirstSlot());
  practice.Pass(kWindowMs);
  const ReadBook read = practice.Ledger();
  CHECK(read.kinds() == "act act opened filled");
  CHECK(read.book.slots().at(FirstSlot()).check_in == check_in);
  CHECK(Told(practice, practice.bond.client) == "act act opened filled");
}

TEST_CASE("a check-in for a slot that is closed, or never was, is a check-in all the same") {
  SlotPractice practice;
  practice.Keep();
  practice.PassUntil(FirstOpening() + kWindowMs);
  practice.CheckIn(FirstSlot());
  practice.CheckIn(SlotIdOf(7, FirstOpening()));
  practice.CheckIn(SlotIdOf(1, FirstOpening() + kWeekMs));  // ahead of its opening
  CHECK(practice.Kinds() == "act act opened empty");
}

TEST_CASE("a malformed slot is refused, naming the field") {
  SlotPractice practice;
  practice.Keep();
  const auto refused = [&](Kind kind, const SlotId& slot) {
    practice.LogIn(practice.bond.client);
    Header header = practice.MakeHeader(practice.bond, practice.bond.client, kind);
    header.slot = slot;
    v1::SendResponse response;
    const MemoryStore::Rows rows = practice.rows();
    const absl::Status status =
        practice.Send(practice.bond.client,
                      practice.MakeSend(practice.bond, practice.bond.client, header), response);
    CHECK(ReasonOf(status) == Reason::kMalformedField);
    CHECK(FieldOf(status) == "header.slot");
    CHECK(practice.rows() == rows);
  };
  refused(Kind::kNote, FirstSlot());
  refused(Kind::kCheckIn, SlotIdOf(0, FirstOpening()));
  refused(Kind::kCheckIn, SlotIdOf(1, 5));
  refused(Kind::kCheckIn, SlotId::From(Bytes(16, 'x'), "").value());
}

TEST_CASE("a check-in at the opening finds its slot, also before the timer's turn") {
  SlotPractice practice;
  practice.Keep();
  practice.SleepUntil(FirstOpening());
  practice.timers_max = 0;
  practice.CheckIn(FirstSlot());
  CHECK(practice.Kinds() == "act act opened filled");
  practice.timers_max = 32;
  practice.PassUntil(FirstOpening() + kWeekMs);
  CHECK(practice.Kinds() == "act act opened filled opened");
}

TEST_CASE("a check-in after closing does not fill, also before the timer's turn") {
  SlotPractice practice;
  practice.Keep();
  practice.PassUntil(FirstOpening() + kWindowMs - 1);
  practice.timers_max = 0;
  practice.clock.Advance(1);
  practice.CheckIn(FirstSlot());
  practice.timers_max = 32;
  practice.FireDue();
  CHECK(practice.Kinds() == "act act opened empty");
}

TEST_CASE("the opening keeps its time of day over changes of the clock") {
  SlotPractice practice;
  practice.Keep();
  practice.PassUntil(Instant(2027, 4, 6, 0));
  std::vector<std::uint64_t> openings;
  for (const LedgerEntry& entry : practice.Ledger().entries) {
    if (entry.kind != LedgerKind::kSlotOpened) continue;
    CHECK(entry.at_ms == entry.from_ms);
    openings.push_back(entry.from_ms);
  }
  REQUIRE(openings.size() == 28);
  for (std::size_t i = 0; i < openings.size(); ++i) {
    CHECK(ToLocal(TestZone(), openings[i]) == FirstMonday() + i * kWeekMs);
  }
  CHECK(openings[4] - openings[3] == kWeekMs + limits::kHourMs);
  CHECK(openings[26] - openings[25] == kWeekMs - limits::kHourMs);
}

TEST_CASE("after weeks away every slot is opened and closed in order, and nobody is nagged") {
  SlotPractice practice;
  practice.Keep();
  practice.SleepUntil(FirstOpening() + 3 * kWeekMs + kWindowMs * 5 / 6);
  practice.FireDue();
  const ReadBook read = practice.Ledger();
  CHECK(read.kinds() == "act act opened empty opened empty opened empty opened");
  for (std::size_t i = 2; i < read.entries.size(); ++i) {
    CHECK(read.entries[i].at_ms >= practice.clock.wall_ms);
  }
  CHECK(read.entries[2].at_ms == read.entries[3].at_ms);
  // Two reminders of the open slot were due meanwhile: one comes.
  practice.Pass(1);
  CHECK(Told(practice, practice.bond.client) ==
        "act act opened empty opened empty opened empty opened reminder");
  practice.Pass(kWindowMs);
  CHECK(practice.Kinds() == "act act opened empty opened empty opened empty opened empty");
}

TEST_CASE("slots within a pause are skipped, and a promise stays owed") {
  SlotPractice practice;
  REQUIRE(practice.ByTherapist(TestAvailability()).ok());
  practice.Keep();
  SendAs(practice, practice.bond, practice.bond.client, {Kind::kCheckIn, true, {}, {}});
  REQUIRE(practice.ByClient(Pause{FirstOpening() + kWeekMs, false}).ok());
  practice.PassUntil(FirstOpening() + kWeekMs);
  CHECK(practice.Kinds() == "act act act made act missed skipped opened");
  REQUIRE(practice.ByClient(Pause{FirstOpening() + 30 * limits::kDayMs, false}).ok());
  // Nobody is reminded while they rest.
  practice.Pass(limits::kDayMs);
  CHECK(Told(practice, practice.bond.client).find("reminder") == std::string::npos);
  REQUIRE(practice.ByClient(Resume{}).ok());
  CHECK(ReasonOf(practice.ByClient(Resume{})) == Reason::kActSuperseded);
  practice.PassUntil(FirstOpening() + 2 * kWeekMs);
  CHECK(practice.Kinds() == "act act act made act missed skipped opened act act empty opened");
}

TEST_CASE("a pause that cannot be is refused and changes nothing") {
  SlotPractice practice;
  const auto refused = [&](const absl::Status& status, Reason reason, const char* field) {
    CHECK(ReasonOf(status) == reason);
    CHECK(FieldOf(status) == field);
    CHECK(practice.Kinds().empty());
  };
  const std::uint64_t now = practice.clock.wall_ms;
  refused(practice.ByClient(Pause{now, false}), Reason::kTimeOutOfRange, "act.pause.until_ms");
  refused(practice.ByClient(Pause{now + limits::kPauseMsMax + 1, false}), Reason::kTimeOutOfRange,
          "act.pause.until_ms");
  refused(practice.ByTherapist(Pause{now + 1000, false}), Reason::kNotPermitted, "act.kind");
  refused(practice.ByClient(Resume{}), Reason::kActSuperseded, "act.kind");
}

TEST_CASE("only the proposal that stands is accepted, by its number and its hash") {
  SlotPractice practice;
  const Act act =
      MakeAct(practice, practice.bond, practice.bond.therapist, TestRhythm(FirstMonday()));
  const crypto::Signed proposal = SignedAct(practice.bond.therapist, act);
  v1::PerformResult response;
  REQUIRE(Perform(practice, practice.bond.therapist, proposal, response).ok());
  const auto refused = [&](const absl::Status& status, const char* field) {
    CHECK(ReasonOf(status) == Reason::kActSuperseded);
    CHECK(FieldOf(status) == field);
  };
  const Hash hash = crypto::ActHash(proposal);
  refused(practice.ByClient(AcceptRhythm{2, hash}), "act.accept.number");
  refused(practice.ByClient(AcceptRhythm{1, Hash()}), "act.accept.act_hash");
  refused(practice.ByTherapist(TestRhythm(FirstMonday(), 1)), "act.rhythm.number");
  refused(practice.ByTherapist(TestRhythm(FirstMonday(), 3)), "act.rhythm.number");
  REQUIRE(practice.ByTherapist(TestRhythm(FirstMonday(), 2)).ok());
  refused(practice.ByClient(AcceptRhythm{1, hash}), "act.accept.number");
  CHECK(practice.Kinds() == "act act");
}

TEST_CASE("a new rhythm takes over; what is open stays open until it closes") {
  SlotPractice practice;
  practice.Keep();
  practice.PassUntil(FirstOpening() + limits::kHourMs);
  Rhythm other = TestRhythm(Local(2026, 10, 1, 9), 2);
  practice.Keep(other);
  practice.PassUntil(Instant(2026, 10, 1, 9));
  CHECK(practice.Kinds() == "act act opened act act empty opened");
  practice.PassUntil(Instant(2026, 10, 8, 9));
  CHECK(practice.Kinds() == "act act opened act act empty opened empty opened");
}

TEST_CASE("no slot opens after a rhythm's end, a bond's end, or a rule's last date") {
  SlotPractice practice;
  SECTION("the rhythm is ended") {
    practice.Keep();
    practice.PassUntil(FirstOpening());
    REQUIRE(practice.ByClient(EndRhythm{1}).ok());
    CHECK(ReasonOf(practice.ByClient(EndRhythm{1})) == Reason::kActSuperseded);
    practice.Pass(5 * kWeekMs);
    CHECK(practice.Kinds() == "act act opened act empty");
  }
  SECTION("a proposal is withdrawn") {
    REQUIRE(practice.ByTherapist(TestRhythm(FirstMonday())).ok());
    REQUIRE(practice.ByTherapist(EndRhythm{1}).ok());
    CHECK(practice.Kinds() == "act act");
  }
  SECTION("the bond is ended") {
    practice.Keep();
    practice.PassUntil(FirstOpening());
    REQUIRE(practice.ByTherapist(EndBond{}).ok());
    practice.Pass(5 * kWeekMs);
    CHECK(practice.Kinds() == "act act opened act");
    CHECK(ReasonOf(practice.ByClient(EndBond{})) == Reason::kBondEnded);
  }
  SECTION("the rule is over") {
    Rhythm twice = TestRhythm(FirstMonday());
    twice.rule = "FREQ=WEEKLY;COUNT=2";
    practice.Keep(twice);
    practice.Pass(10 * kWeekMs);
    CHECK(practice.Kinds() == "act act opened empty opened empty");
    CHECK(practice.core->NextDue(*practice.store.Begin()).value() == kNoTimerMs);
  }
}

TEST_CASE("no crash opens a slot twice, or loses one") {
  SlotPractice whole;
  whole.Keep();
  whole.PassUntil(FirstOpening() + 2 * kWeekMs);
  const std::string expected = whole.Kinds();
  const std::string told = Told(whole, whole.bond.client);

  SlotPractice practice;
  practice.Keep();
  practice.Die();
  while (practice.clock.wall_ms < FirstOpening() + 2 * kWeekMs) {
    practice.clock.Advance(
        std::min(4 * limits::kHourMs, FirstOpening() + 2 * kWeekMs - practice.clock.wall_ms));
    practice.Die();  // with what was due done and not committed
    practice.timers_max = 1;
    practice.RunBatch({});
    practice.Die();  // between two timers
    practice.FireDue();
  }
  CHECK(practice.Kinds() == expected);
  CHECK(Told(practice, practice.bond.client) == told);
}

TEST_CASE("a jump of the clock opens nothing early, and messages go on meanwhile") {
  SlotPractice practice;
  practice.Keep();
  practice.clock.wall_ms += 30 * limits::kDayMs;
  practice.FireDue();
  CHECK(practice.core->clock_state() == ClockState::kAhead);
  SendAs(practice, practice.bond, practice.bond.therapist, {});
  CHECK(practice.Kinds() == "act act");
  practice.clock.wall_ms -= 30 * limits::kDayMs;
  practice.PassUntil(FirstOpening());
  CHECK(practice.Kinds() == "act act opened");
}

}  // namespace holdfast::server
