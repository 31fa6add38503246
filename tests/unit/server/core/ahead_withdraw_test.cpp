// Sealed ahead: withdrawn, asked again, looked up, and ended with its bond.
#include "unit/server/core/ahead_support.h"

namespace holdfast::server {
namespace {

using Practice = AheadPractice;

}  // namespace

TEST_CASE("a withdrawn message is never released, and its body is gone") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const std::uint64_t at_ms = practice.now() + limits::kHourMs;
  const Header header = practice.AheadHeader(bond.therapist, AtTime(at_ms));
  const v1::SendRequest request = practice.Sealed(bond.therapist, header);
  v1::SendResponse response;
  REQUIRE(practice.Offer(bond.therapist, request, response).ok());
  CHECK(practice.HoldsBody(request));
  practice.PassUntil(at_ms - 1);
  REQUIRE(practice.ByTherapist(Withdraw{header.envelope}).ok());
  CHECK_FALSE(practice.HoldsBody(request));
  practice.Pass(limits::kDayMs);
  CHECK(practice.Heard(bond.client) == "act");
  CHECK(practice.Ledger().book.withdrawn(header.envelope));
}

TEST_CASE("a withdrawal is refused where it cannot be, and changes nothing") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const std::uint64_t at_ms = practice.now() + limits::kHourMs;
  const EnvelopeId waiting = practice.Seal(bond.therapist, AtTime(at_ms));
  const auto refused = [&](const absl::Status& status, Reason reason) {
    CHECK(ReasonOf(status) == reason);
    CHECK(FieldOf(status) == "act.withdraw.envelope");
  };
  const MemoryStore::Rows rows = practice.rows();
  refused(practice.ByClient(Withdraw{waiting}), Reason::kNotPermitted);
  CHECK(practice.rows() == rows);
  const EnvelopeId plain = SendAs(practice, bond, bond.therapist, {});
  refused(practice.ByTherapist(Withdraw{plain}), Reason::kUnknownEnvelope);
  const EnvelopeId second = practice.Seal(bond.therapist, AtTime(at_ms + limits::kDayMs));
  REQUIRE(practice.ByTherapist(Withdraw{second}).ok());
  refused(practice.ByTherapist(Withdraw{second}), Reason::kActSuperseded);
  practice.PassUntil(at_ms);
  refused(practice.ByTherapist(Withdraw{waiting}), Reason::kActSuperseded);
  CHECK(practice.Kinds() == "act released");
}

TEST_CASE("a note that comes after its withdrawal is not taken") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const std::uint64_t at_ms = practice.now() + limits::kHourMs;
  const Header header = practice.AheadHeader(bond.therapist, AtTime(at_ms));
  const v1::SendRequest late = practice.Sealed(bond.therapist, header);
  const bool by_other = GENERATE(false, true);
  const Withdraw act{header.envelope};
  REQUIRE((by_other ? practice.ByClient(act) : practice.ByTherapist(act)).ok());
  v1::SendResponse response;
  const absl::Status offered = practice.Offer(bond.therapist, late, response);
  CHECK(offered.ok() == by_other);
  if (!by_other) {
    CHECK(ReasonOf(offered) == Reason::kActSuperseded);
    CHECK(FieldOf(offered) == "header.envelope");
    CHECK(ReasonOf(practice.ByTherapist(act)) == Reason::kActSuperseded);
  }
  practice.Pass(limits::kDayMs);
  CHECK(practice.HoldsBody(late) == by_other);
  CHECK(practice.Delivered(bond.client).size() == (by_other ? 1 : 0));
}

TEST_CASE("the other side cannot undo a withdrawal of what has not come, nor be first") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const Header header =
      practice.AheadHeader(bond.therapist, AtTime(practice.now() + limits::kHourMs));
  const v1::SendRequest late = practice.Sealed(bond.therapist, header);
  const Withdraw act{header.envelope};
  const bool other_first = GENERATE(false, true);
  if (other_first) REQUIRE(practice.ByClient(act).ok());
  REQUIRE(practice.ByTherapist(act).ok());
  if (!other_first) REQUIRE(practice.ByClient(act).ok());
  v1::SendResponse response;
  CHECK(ReasonOf(practice.Offer(bond.therapist, late, response)) == Reason::kActSuperseded);
}

TEST_CASE("the same bytes get the same receipt, also after release and withdrawal") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const std::uint64_t at_ms = practice.now() + limits::kHourMs;
  const Header header = practice.AheadHeader(bond.therapist, AtTime(at_ms));
  const v1::SendRequest request = practice.Sealed(bond.therapist, header);
  v1::SendResponse first, again;
  REQUIRE(practice.Offer(bond.therapist, request, first).ok());
  const bool is_withdrawn = GENERATE(false, true);
  if (is_withdrawn) REQUIRE(practice.ByTherapist(Withdraw{header.envelope}).ok());
  practice.PassUntil(at_ms + 1);
  const std::string kinds = practice.Kinds();
  REQUIRE(practice.Offer(bond.therapist, request, again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  practice.Pass(limits::kDayMs);
  CHECK(practice.Kinds() == kinds);
  CHECK(practice.Delivered(bond.client).size() == (is_withdrawn ? 0 : 1));
  CHECK_FALSE((is_withdrawn && practice.HoldsBody(request)));

  v1::SendRequest other = request;
  other.mutable_body()->back() = static_cast<char>(other.body().back() ^ 1);
  CHECK(ReasonOf(practice.Offer(bond.therapist, other, again)) == Reason::kEnvelopeConflict);
}

TEST_CASE("history shows nobody but its author what is not released") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const std::uint64_t at_ms = practice.now() + limits::kHourMs;
  const EnvelopeId released = practice.Seal(bond.therapist, AtTime(at_ms));
  const EnvelopeId withdrawn = practice.Seal(bond.therapist, AtTime(at_ms));
  SendAs(practice, bond, bond.therapist, {});
  v1::HistoryResponse mine = practice.History(bond.therapist);
  CHECK(mine.envelopes_size() == 3);
  v1::HistoryResponse theirs = practice.History(bond.client);
  REQUIRE(theirs.envelopes_size() == 1);
  CHECK(theirs.read_to() == 3);
  CHECK_FALSE(theirs.more());
  // A page may be empty; it says where to go on.
  theirs = practice.History(bond.client, 0, 2);
  CHECK(theirs.envelopes_size() == 0);
  CHECK(theirs.read_to() == 2);
  CHECK(theirs.more());
  CHECK(practice.History(bond.client, theirs.read_to(), 2).envelopes_size() == 1);

  REQUIRE(practice.ByTherapist(Withdraw{withdrawn}).ok());
  practice.PassUntil(at_ms);
  mine = practice.History(bond.therapist);
  REQUIRE(mine.envelopes_size() == 3);
  CHECK_FALSE(mine.envelopes(0).body().empty());
  CHECK(mine.envelopes(1).body().empty());
  CHECK(DecodeHeader(mine.envelopes(1).header()).value().envelope == withdrawn);
  theirs = practice.History(bond.client);
  REQUIRE(theirs.envelopes_size() == 2);
  CHECK(DecodeHeader(theirs.envelopes(0).header()).value().envelope == released);
  CHECK_FALSE(theirs.envelopes(0).body().empty());
}

TEST_CASE("the end of the bond erases what waits, and releases nothing") {
  Practice practice;
  const TestBond& bond = practice.bond;
  const std::uint64_t at_ms = practice.now() + limits::kHourMs;
  const v1::SendRequest request =
      practice.Sealed(bond.therapist, practice.AheadHeader(bond.therapist, AtTime(at_ms)));
  v1::SendResponse response, again;
  REQUIRE(practice.Offer(bond.therapist, request, response).ok());
  practice.Seal(bond.client, AtTime(at_ms));
  REQUIRE(practice.ByClient(EndBond{}).ok());
  CHECK_FALSE(practice.HoldsBody(request));
  practice.Pass(7 * limits::kDayMs);
  CHECK(practice.Heard(bond.client) == "act");
  CHECK(practice.Heard(bond.therapist) == "act");
  const v1::HistoryResponse mine = practice.History(bond.therapist);
  REQUIRE(mine.envelopes_size() == 1);
  CHECK(mine.envelopes(0).body().empty());
  REQUIRE(practice.Offer(bond.therapist, request, again).ok());
  CHECK(again.receipt().leaf() == response.receipt().leaf());
  CHECK(ReasonOf(practice.Offer(
            bond.therapist, practice.AheadHeader(bond.therapist, AtTime(practice.now() + 1)))) ==
        Reason::kBondEnded);
}

}  // namespace holdfast::server
