// Sealed ahead: kept until its condition is true, then released once, in order, and
// nobody's but its author's before.
#include "unit/server/core/ahead_support.h"

namespace holdfast::server {
namespace {

using Practice = AheadPractice;

}  // namespace

TEST_CASE("what is sealed ahead is stored like any other, and nobody hears of it") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const Header header = practice.AheadHeader(bond.therapist, AtTime(practice.now() + kWeekMs));
  const v1::SendRequest request = practice.Sealed(bond.therapist, header);
  v1::SendResponse response;
  REQUIRE(practice.Offer(bond.therapist, request, response).ok());
  const ReceiptLeaf leaf = DecodeReceiptLeaf(response.receipt().leaf()).value();
  CHECK(leaf.envelope == header.envelope);
  CHECK(leaf.position == 1);
  CHECK(leaf.due_at_ms == 0);
  CHECK(leaf.envelope_hash ==
        crypto::EnvelopeHash(crypto::MessageHash(request.header(), request.body()), {}));
  practice.PassUntil(practice.now() + kWeekMs - 1);
  CHECK(practice.Heard(bond.client).empty());
  CHECK(practice.Heard(bond.therapist).empty());
  CHECK(practice.Kinds().empty());
}

TEST_CASE("at its time a message comes behind its ledger entry, and only to the others") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const std::uint64_t at_ms = practice.now() + limits::kHourMs;
  const Header header = practice.AheadHeader(bond.therapist, AtTime(at_ms));
  const v1::SendRequest request = practice.Sealed(bond.therapist, header);
  v1::SendResponse response;
  REQUIRE(practice.Offer(bond.therapist, request, response).ok());
  practice.PassUntil(at_ms - 1);
  CHECK(practice.Heard(bond.client).empty());
  practice.Pass(1);
  CHECK(practice.Heard(bond.client) == "released note");
  CHECK(practice.Heard(bond.therapist) == "released");
  const ReadBook read = practice.Ledger();
  REQUIRE(read.kinds() == "released");
  CHECK(read.book.released(header.envelope));
  CHECK(read.entries[0].from_ms == at_ms);
  CHECK(read.entries[0].at_ms == at_ms);

  const v1::Delivery note = practice.Delivered(bond.client).at(0);
  CHECK(note.header() == request.header());
  CHECK(note.body() == request.body());
  CHECK(note.capsule().empty());
  CHECK(note.capsule_digests_size() == 0);
  CHECK(note.receipt().leaf() == response.receipt().leaf());
  practice.Pass(kWeekMs);
  CHECK(practice.Kinds() == "released");
}

TEST_CASE("a slot that opens releases what waits for it, and nothing else") {
  Practice practice;
  practice.Keep();
  const TestBond& bond = practice.bond;
  practice.Seal(bond.therapist, OnOpening(SlotIdOf(1, FirstOpening() + kWeekMs)));
  const EnvelopeId first = practice.Seal(bond.therapist, OnOpening(FirstSlot()));
  const EnvelopeId second = practice.Seal(bond.therapist, OnOpening(FirstSlot()));
  practice.PassUntil(FirstOpening() - 1);
  CHECK(practice.Heard(bond.client) == "act act");
  practice.Pass(1);
  CHECK(practice.Heard(bond.client) == "act act opened released note released note");
  CHECK(practice.DeliveredIds(bond.client) == std::vector<EnvelopeId>{first, second});
  CHECK(practice.Ledger().entries.back().from_ms == FirstOpening());
  CHECK(practice.Ledger().entries.back().at_ms == FirstOpening());
}

TEST_CASE("a slot that closes empty releases what waits for that; one that is filled never") {
  Practice practice;
  practice.Keep();
  const TestBond& bond = practice.bond;
  practice.Seal(bond.therapist, OnEmpty(FirstSlot()));
  practice.PassUntil(FirstOpening() + limits::kHourMs);
  SECTION("empty") {
    practice.Seal(bond.therapist, OnEmpty(FirstSlot()));  // also while it is open
    practice.PassUntil(FirstOpening() + kWindowMs - 1);
    CHECK(practice.Kinds() == "act act opened");
    practice.Pass(1);
    CHECK(practice.Heard(bond.client) == "act act opened empty released note released note");
    CHECK(practice.Ledger().entries.back().from_ms == FirstOpening() + kWindowMs);
  }
  SECTION("filled") {
    SendAs(practice, bond, bond.client, {Kind::kCheckIn, false, FirstSlot(), {}});
    practice.Pass(kWindowMs);
    CHECK(practice.Kinds() == "act act opened filled");
    CHECK(practice.Delivered(bond.client).empty());
  }
}

TEST_CASE("a missed promise releases what waits for it, after the client was told") {
  Practice practice;
  practice.SetHours();
  const TestBond& bond = practice.bond;
  const EnvelopeId asked = practice.Ask();
  const EnvelopeId named = practice.Seal(bond.therapist, OnMiss(), asked);
  const EnvelopeId any = practice.Seal(bond.therapist, OnMiss());
  SECTION("missed") {
    practice.PassUntil(DueOfFirst() - 1);
    CHECK(practice.Kinds() == "act made");
    practice.Pass(1);
    CHECK(practice.Heard(bond.client) == "act made missed released note released note");
    CHECK(practice.Heard(bond.therapist) == "act note made missed released released");
    CHECK(practice.DeliveredIds(bond.client) == std::vector<EnvelopeId>{named, any});
    CHECK(practice.Ledger().entries.back().from_ms == DueOfFirst());
  }
  SECTION("recorded by a late reply, before the timer's turn") {
    practice.SleepUntil(DueOfFirst());
    practice.timers_max = 0;
    SendAs(practice, bond, bond.therapist, {Kind::kReply, false, {}, asked});
    practice.timers_max = 32;
    practice.Pass(1);
    CHECK(practice.Kinds() == "act made missed repaired released released");
  }
  SECTION("kept, and the next one missed") {
    SendAs(practice, bond, bond.therapist, {Kind::kReply, false, {}, asked});
    practice.Ask();
    practice.Pass(10 * limits::kDayMs);
    CHECK(practice.Kinds() == "act made kept made missed released");
    CHECK(practice.DeliveredIds(bond.client).back() == any);
  }
}

TEST_CASE("a client seals ahead too, for a time or a slot") {
  Practice practice;
  practice.Keep();
  const TestBond& bond = practice.bond;
  practice.Seal(bond.client, AtTime(practice.now() + 1000));
  practice.Seal(bond.client, OnOpening(FirstSlot()));
  practice.PassUntil(FirstOpening());
  CHECK(practice.Heard(bond.therapist) == "act act released note opened released note");
  CHECK(practice.Heard(bond.client) == "act act released opened released");
}

TEST_CASE("after downtime everything comes in the order in which it came true") {
  Practice practice;
  practice.Keep();
  const TestBond& bond = practice.bond;
  std::vector<EnvelopeId> order(6);
  order[5] = practice.Seal(bond.therapist, AtTime(FirstOpening() + kWeekMs + 2));
  order[4] = practice.Seal(bond.therapist, OnOpening(SlotIdOf(1, FirstOpening() + kWeekMs)));
  order[3] = practice.Seal(bond.therapist, OnEmpty(FirstSlot()));
  order[2] = practice.Seal(bond.therapist, AtTime(FirstOpening() + limits::kHourMs));
  order[1] = practice.Seal(bond.therapist, OnOpening(FirstSlot()));
  order[0] = practice.Seal(bond.therapist, AtTime(FirstOpening() - 1));
  practice.SleepUntil(FirstOpening() + 2 * kWeekMs - 1);
  practice.timers_max = 1;
  practice.FireDue();
  CHECK(practice.DeliveredIds(bond.client) == order);
  std::uint64_t from_ms = 0;
  for (const LedgerEntry& entry : practice.Ledger().entries) {
    if (entry.kind != LedgerKind::kReleased) continue;
    CHECK(entry.from_ms > from_ms);
    from_ms = entry.from_ms;
  }
}

TEST_CASE("no crash releases a message twice, or loses one") {
  const auto prepare = [](Practice& practice) {
    practice.SetHours();
    practice.Keep();
    const EnvelopeId asked = practice.Ask();
    practice.Seal(practice.bond.therapist, AtTime(practice.now() + limits::kDayMs));
    practice.Seal(practice.bond.therapist, OnMiss(), asked);
    practice.Seal(practice.bond.therapist, OnOpening(FirstSlot()));
    practice.Seal(practice.bond.client, OnEmpty(FirstSlot()));
  };
  const std::uint64_t end_ms = FirstOpening() + kWindowMs + limits::kDayMs;
  Practice whole;
  prepare(whole);
  whole.PassUntil(end_ms);

  Practice practice;
  prepare(practice);
  practice.Die();
  while (practice.now() < end_ms) {
    practice.clock.Advance(std::min(4 * limits::kHourMs, end_ms - practice.now()));
    practice.Die();  // with what was due done and not committed
    practice.timers_max = 1;
    practice.RunBatch({});
    practice.Die();  // between a condition and what it releases
    practice.FireDue();
  }
  CHECK(practice.Kinds() == whole.Kinds());
  for (const bool is_client : {true, false}) {
    const TestDevice& device = is_client ? practice.bond.client : practice.bond.therapist;
    CHECK(practice.Heard(device) ==
          whole.Heard(is_client ? whole.bond.client : whole.bond.therapist));
  }
  CHECK(practice.Delivered(practice.bond.client).size() == 3);
}

}  // namespace holdfast::server
