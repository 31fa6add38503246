// Sealed ahead: what is refused, what a pause holds back, and what comes back after a
// restored backup.
#include "unit/server_ahead_support.h"

namespace holdfast::server {
namespace {

using Practice = AheadPractice;

struct Refused {
  Reason reason;
  const char* field;
};

void CheckRefused(Practice& practice, const TestDevice& author, const v1::SendRequest& request,
                  const Refused& expected) {
  practice.LogInAgain(author);
  const MemoryStore::Rows rows = practice.rows();
  v1::SendResponse response;
  const absl::Status status = practice.Send(author, request, response);
  INFO(expected.field << ": " << status);
  CHECK(ReasonOf(status) == expected.reason);
  CHECK(FieldOf(status) == expected.field);
  CHECK(practice.rows() == rows);
}

void CheckRefused(Practice& practice, const TestDevice& author, const Header& header,
                  const Refused& expected) {
  CheckRefused(practice, author, practice.Sealed(author, header), expected);
}

constexpr Reason kLate = Reason::kTimeOutOfRange;
constexpr Reason kMalformed = Reason::kMalformedField;

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

}  // namespace

TEST_CASE("only a note without capsules is sealed ahead") {
  Practice practice;
  const TestDevice& author = practice.bond.therapist;
  const Header good = practice.AheadHeader(author, AtTime(practice.now() + 1000));
  Header header = good;
  header.kind = Kind::kReply;
  CheckRefused(practice, author, header, {kMalformed, "header.kind"});
  header = good;
  header.reply_owed = true;
  CheckRefused(practice, author, header, {kMalformed, "header.reply_owed"});
  header = good;
  header.slot = FirstSlot();
  CheckRefused(practice, author, header, {kMalformed, "header.slot"});
  header = good;
  header.reply_to = header.envelope;
  CheckRefused(practice, author, header, {kMalformed, "header.reply_to"});
  header = good;
  header.sender_list_version = 0;
  CheckRefused(practice, author, header, {kMalformed, "header.sender_list_version"});
  CheckRefused(practice, author, practice.MakeSend(practice.bond, author, good),
               {kMalformed, "capsules"});
  header = good;
  header.sender_list_version = 7;  // sealed to no device
  CHECK(practice.Offer(author, header).ok());
}

TEST_CASE("a release time lies after now, and not years ahead") {
  Practice practice;
  const TestDevice& author = practice.bond.therapist;
  for (const std::uint64_t at_ms : {practice.now(), practice.now() - limits::kDayMs,
                                    practice.now() + limits::kReleaseAheadMsMax + 1}) {
    CheckRefused(practice, author, practice.AheadHeader(author, AtTime(at_ms)),
                 {kLate, "header.release.at_ms"});
  }
  practice.Seal(author, AtTime(practice.now() + 1));
  practice.Seal(author, AtTime(practice.now() + limits::kReleaseAheadMsMax));
}

TEST_CASE("a slot to wait for is of a rhythm of the bond, and still to come") {
  Practice practice;
  const TestDevice& author = practice.bond.therapist;
  const auto refused = [&](const Release& release, Reason reason) {
    CheckRefused(practice, author, practice.AheadHeader(author, release),
                 {reason, "header.release.slot"});
  };
  refused(OnOpening(FirstSlot()), kMalformed);  // no rhythm yet
  REQUIRE(practice.ByTherapist(TestRhythm(FirstMonday())).ok());
  practice.Seal(author, OnOpening(FirstSlot()));  // proposed
  practice.Keep();
  REQUIRE(practice.ByTherapist(TestRhythm(FirstMonday(), 2)).ok());
  for (const SlotId& slot :
       {SlotIdOf(1, FirstOpening() + 1), SlotIdOf(0, FirstOpening()), SlotIdOf(1, 5),
        SlotIdOf(7, FirstOpening()), SlotId::From(Bytes(16, 'x'), "").value()}) {
    refused(OnOpening(slot), kMalformed);
    refused(OnEmpty(slot), kMalformed);
  }
  refused(OnOpening(SlotIdOf(1, Instant(2028, 9, 25, 20))), kLate);
  practice.PassUntil(FirstOpening());
  refused(OnOpening(FirstSlot()), kLate);
  practice.Seal(author, OnEmpty(FirstSlot()));
  SECTION("filled") {
    SendAs(practice, practice.bond, practice.bond.client, {Kind::kCheckIn, false, FirstSlot(), {}});
  }
  SECTION("closed") { practice.PassUntil(FirstOpening() + kWindowMs); }
  SECTION("over, before the timer's turn") {
    practice.timers_max = 0;
    practice.SleepUntil(FirstOpening() + kWindowMs);
  }
  refused(OnEmpty(FirstSlot()), kLate);
}

TEST_CASE("a slot that was skipped is not waited for") {
  Practice practice;
  practice.Keep();
  REQUIRE(practice.ByClient(Pause{FirstOpening() + limits::kHourMs, false}).ok());
  practice.PassUntil(FirstOpening());
  const TestDevice& author = practice.bond.therapist;
  for (const Release& release : {OnOpening(FirstSlot()), OnEmpty(FirstSlot())}) {
    CheckRefused(practice, author, practice.AheadHeader(author, release),
                 {kLate, "header.release.slot"});
  }
}

TEST_CASE("a miss to wait for is one of an open promise, and the therapist's to wait for") {
  Practice practice;
  const TestBond& bond = practice.bond;
  CheckRefused(practice, bond.therapist, practice.AheadHeader(bond.therapist, OnMiss()),
               {kMalformed, "header.release.when"});
  practice.SetHours();
  CheckRefused(practice, bond.client, practice.AheadHeader(bond.client, OnMiss()),
               {Reason::kNotPermitted, "header.release.when"});
  const EnvelopeId unasked = SendAs(practice, bond, bond.client, {});
  CheckRefused(practice, bond.therapist, practice.AheadHeader(bond.therapist, OnMiss(), unasked),
               {Reason::kUnknownEnvelope, "header.reply_to"});
  const EnvelopeId asked = practice.Ask();
  practice.Seal(bond.therapist, OnMiss(), asked);
  SECTION("kept") { SendAs(practice, bond, bond.therapist, {Kind::kReply, false, {}, asked}); }
  SECTION("missed") { practice.PassUntil(DueOfFirst()); }
  SECTION("missed, before the timer's turn") {
    practice.timers_max = 0;
    practice.SleepUntil(DueOfFirst());
  }
  CheckRefused(practice, bond.therapist, practice.AheadHeader(bond.therapist, OnMiss(), asked),
               {kLate, "header.reply_to"});
}

TEST_CASE("so many wait of one account in one bond, and no more") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const std::uint64_t at_ms = practice.now() + limits::kDayMs;
  EnvelopeId newest;
  for (std::size_t i = 0; i < limits::kAheadWaitingMax; ++i) {
    newest = practice.Seal(bond.therapist, AtTime(at_ms));
  }
  const Header one_more = practice.AheadHeader(bond.therapist, AtTime(at_ms));
  CheckRefused(practice, bond.therapist, one_more, {Reason::kQuotaExceeded, "header.release"});
  for (std::size_t i = 0; i < limits::kAheadWaitingMax; ++i) {
    practice.Seal(bond.client, AtTime(at_ms));  // room of its own
  }
  REQUIRE(practice.ByTherapist(Withdraw{newest}).ok());
  REQUIRE(practice.Offer(bond.therapist, one_more).ok());
  // All at once, and each of them once.
  practice.PassUntil(at_ms);
  CHECK(practice.Delivered(bond.client).size() == limits::kAheadWaitingMax);
  CHECK(practice.Delivered(bond.therapist).size() == limits::kAheadWaitingMax);
  practice.Seal(bond.therapist, AtTime(at_ms + limits::kDayMs));
}

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
  SECTION("over crashes") {
    REQUIRE(practice.ByClient(Pause{end_ms, true}).ok());
    while (practice.now() < end_ms) {
      practice.clock.Advance(limits::kDayMs);
      practice.Die();
      practice.timers_max = 1;
      practice.RunBatch({});
      practice.Die();
    }
    practice.FireDue();
    CHECK(practice.DeliveredIds(bond.client) == both());
  }
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
  CheckRefused(practice, author, timed, {kLate, "header.release.at_ms"});
  CheckRefused(practice, author, opening, {kLate, "header.release.slot"});
  Restore(practice, backup, evidence);
  practice.FireDue();
  REQUIRE(practice.Offer(author, empty).ok());
  REQUIRE(practice.Offer(author, timed).ok());
  REQUIRE(practice.Offer(author, opening).ok());
  practice.Pass(2);
  CHECK(practice.Heard(practice.bond.client) ==
        "act act restored opened empty released note released note released note");
  CHECK(practice.DeliveredIds(practice.bond.client) ==
        std::vector<EnvelopeId>{timed.envelope, opening.envelope, empty.envelope});
  // What is sealed after its time is late all the same.
  Header late = practice.AheadHeader(author, AtTime(at_ms));
  CheckRefused(practice, author, late, {kLate, "header.release.at_ms"});
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
