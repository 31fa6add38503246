// Sealed ahead: what is refused, naming the field and changing nothing.
#include "unit/server/core/ahead_support.h"

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
  practice.Keep();
  REQUIRE(practice.ByTherapist(TestRhythm(FirstMonday(), 2)).ok());
  practice.Seal(author, OnOpening(SlotIdOf(2, FirstOpening())));  // proposed
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

}  // namespace holdfast::server
