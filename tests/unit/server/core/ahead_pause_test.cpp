// Sealed ahead: what a pause holds back, and what comes back after a restored backup.
#include "unit/server/core/ahead_support.h"

namespace holdfast::server {
namespace {

using Practice = AheadPractice;

// The practice lost everything since `backup`, and knows it.
void Restore(Practice& practice, const MemoryStore::Rows& backup, const v1::Receipt& evidence) {
  practice.store.Restore(backup);
  practice.Restart();
  practice.LogIn(practice.bond.client);
  practice.LogIn(practice.bond.therapist);
  REQUIRE(practice
              .Run([&](Core& core, Transaction& transaction) {
                v1::ReportRestoreRequest request;
                *request.mutable_evidence() = evidence;
                v1::ReportRestoreResponse response;
                return core.ReportRestore(transaction, practice.bond.client.caller(), request,
                                          response);
              })
              .ok());
}

v1::Receipt StoreSomething(Practice& practice) {
  v1::SendResponse response;
  const TestDevice& client = practice.bond.client;
  REQUIRE(practice.Offer(client, practice.MakeSend(practice.bond, client), response).ok());
  return response.receipt();
}

void CheckLate(Practice& practice, const Header& header, const char* field) {
  const absl::Status status = practice.Offer(practice.bond.therapist, header);
  CHECK(ReasonOf(status) == Reason::kTimeOutOfRange);
  CHECK(FieldOf(status) == field);
}

}  // namespace

TEST_CASE("a pause holds back what is sealed ahead where the client wants that") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const std::uint64_t start_ms = practice.now();
  const std::uint64_t end_ms = start_ms + 10 * limits::kDayMs;
  const EnvelopeId second = practice.Seal(bond.therapist, AtTime(start_ms + 2 * limits::kDayMs));
  const EnvelopeId first = practice.Seal(bond.therapist, AtTime(start_ms + limits::kDayMs));
  const EnvelopeId third = practice.Seal(bond.therapist, AtTime(end_ms + 1));
  const auto both = [&] { return std::vector<EnvelopeId>{first, second}; };
  SECTION("not this one") {
    REQUIRE(practice.ByClient(Pause{end_ms, false}).ok());
    practice.Pass(3 * limits::kDayMs);
    CHECK(practice.DeliveredIds(bond.client) == both());
  }
  SECTION("until it is over") {
    REQUIRE(practice.ByClient(Pause{end_ms, true}).ok());
    practice.PassUntil(end_ms - 1);
    CHECK(practice.Kinds() == "act");
    practice.Pass(1);
    CHECK(practice.DeliveredIds(bond.client) == both());
    const ReadBook read = practice.Ledger();
    CHECK(read.entries[1].from_ms == start_ms + limits::kDayMs);
    CHECK(read.entries[1].at_ms == end_ms);
    practice.Pass(1);
    CHECK(practice.DeliveredIds(bond.client).back() == third);
  }
  SECTION("until the client resumes") {
    REQUIRE(practice.ByClient(Pause{end_ms, true}).ok());
    practice.Pass(3 * limits::kDayMs);
    CHECK(practice.Kinds() == "act");
    REQUIRE(practice.ByClient(Resume{}).ok());
    practice.Pass(2);
    CHECK(practice.DeliveredIds(bond.client) == both());
    practice.Pass(20 * limits::kDayMs);
    CHECK(practice.Kinds() == "act act released released released");
  }
  SECTION("until another pause lets it go") {
    REQUIRE(practice.ByClient(Pause{end_ms, true}).ok());
    practice.Pass(3 * limits::kDayMs);
    REQUIRE(practice.ByClient(Pause{end_ms, false}).ok());
    practice.Pass(2);
    CHECK(practice.DeliveredIds(bond.client) == both());
  }
  SECTION("longer, where the pause is made longer") {
    REQUIRE(practice.ByClient(Pause{end_ms, true}).ok());
    practice.Pass(3 * limits::kDayMs);
    REQUIRE(practice.ByClient(Pause{end_ms + limits::kDayMs, true}).ok());
    practice.PassUntil(end_ms + limits::kDayMs - 1);
    CHECK(practice.Kinds() == "act act");
    practice.Pass(1);
    CHECK(practice.DeliveredIds(bond.client) == std::vector<EnvelopeId>{first, second, third});
  }
  SECTION("and it may be withdrawn meanwhile") {
    REQUIRE(practice.ByClient(Pause{end_ms, true}).ok());
    practice.Pass(3 * limits::kDayMs);
    REQUIRE(practice.ByTherapist(Withdraw{first}).ok());
    practice.PassUntil(end_ms);
    CHECK(practice.DeliveredIds(bond.client) == std::vector<EnvelopeId>{second});
  }
}

TEST_CASE("what a pause holds back outlives crashes") {
  Practice practice;
  const std::uint64_t start_ms = practice.now();
  const std::uint64_t end_ms = start_ms + 10 * limits::kDayMs;
  const EnvelopeId note = practice.Seal(practice.bond.therapist, AtTime(start_ms + limits::kDayMs));
  REQUIRE(practice.ByClient(Pause{end_ms, true}).ok());
  while (practice.now() < end_ms) {
    practice.clock.Advance(limits::kDayMs);
    practice.Die();
    practice.timers_max = 1;
    practice.RunBatch({});
    practice.Die();
  }
  practice.FireDue();
  CHECK(practice.DeliveredIds(practice.bond.client) == std::vector<EnvelopeId>{note});
}

TEST_CASE("a slot that is skipped in a pause releases nothing") {
  Practice practice;
  practice.Keep();
  practice.Seal(practice.bond.therapist, OnOpening(FirstSlot()));
  practice.Seal(practice.bond.therapist, OnEmpty(FirstSlot()));
  REQUIRE(practice.ByClient(Pause{FirstOpening() + limits::kHourMs, true}).ok());
  practice.PassUntil(FirstOpening() + kWindowMs + limits::kDayMs);
  CHECK(practice.Kinds() == "act act act skipped");
}

TEST_CASE("what a restored backup lost is taken again, also when its time has passed") {
  Practice practice;
  const TestDevice& author = practice.bond.therapist;
  practice.Keep();
  const MemoryStore::Rows backup = practice.rows();
  const v1::Receipt evidence = StoreSomething(practice);
  const std::uint64_t at_ms = practice.now() + limits::kHourMs;
  const Header timed = practice.AheadHeader(author, AtTime(at_ms));
  const Header opening = practice.AheadHeader(author, OnOpening(FirstSlot()));
  const Header empty = practice.AheadHeader(author, OnEmpty(FirstSlot()));
  practice.SleepUntil(FirstOpening() + kWindowMs + 1);
  practice.store.Restore(backup);
  practice.Restart();
  practice.FireDue();
  // Before anybody knows that there was a backup, they are merely late.
  CheckLate(practice, timed, "header.release.at_ms");
  CheckLate(practice, opening, "header.release.slot");
  Restore(practice, backup, evidence);
  practice.FireDue();
  REQUIRE(practice.Offer(author, empty).ok());
  REQUIRE(practice.Offer(author, timed).ok());
  REQUIRE(practice.Offer(author, opening).ok());
  practice.Pass(2);
  CHECK(practice.Heard(practice.bond.client) ==
        "act act opened empty restored released note released note released note");
  CHECK(practice.DeliveredIds(practice.bond.client) ==
        std::vector<EnvelopeId>{empty.envelope, timed.envelope, opening.envelope});
  // What is sealed after its time is late all the same.
  Header late = practice.AheadHeader(author, AtTime(at_ms));
  CheckLate(practice, late, "header.release.at_ms");
}

TEST_CASE("after a restored backup a message waits for what has yet to come back") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const MemoryStore::Rows backup = practice.rows();
  const v1::Receipt evidence = StoreSomething(practice);
  practice.SetHours();
  v1::SendRequest question;
  {
    Header header = practice.MakeHeader(bond, bond.client, Kind::kCheckIn);
    header.reply_owed = true;
    question = practice.MakeSend(bond, bond.client, header);
  }
  const EnvelopeId asked = DecodeHeader(question.header()).value().envelope;
  const Header header = practice.AheadHeader(bond.therapist, OnMiss(), asked);
  Restore(practice, backup, evidence);
  REQUIRE(practice.Offer(bond.therapist, header).ok());
  practice.SetHours();
  v1::SendResponse response;
  REQUIRE(practice.Offer(bond.client, question, response).ok());
  practice.Pass(10 * limits::kDayMs);
  CHECK(practice.DeliveredIds(bond.client) == std::vector<EnvelopeId>{header.envelope});
}

}  // namespace holdfast::server
