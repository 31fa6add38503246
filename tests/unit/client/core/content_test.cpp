// What may stand in an envelope.
#include "client/core/shown/content.h"

#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "crypto/body.h"
#include "support/catch.h"

namespace holdfast::client {
namespace {

v1::Content GoodCheckIn() {
  v1::Content content;
  v1::CheckIn* check_in = content.mutable_check_in();
  check_in->set_form("holdfast-weekly");
  check_in->set_form_version(1);
  check_in->set_need(v1::NEED_WITNESS);
  return content;
}

std::string FieldRefused(const v1::Content& content, Kind kind = Kind::kCheckIn) {
  return FieldOf(ValidateContent(content, kind));
}

TEST_CASE("An empty check-in with a need is enough") {
  CHECK(ValidateContent(GoodCheckIn(), Kind::kCheckIn).ok());
  CHECK_FALSE(OwesReply(GoodCheckIn()));
}

TEST_CASE("A need is required, and reply alone owes one") {
  v1::Content content = GoodCheckIn();
  content.mutable_check_in()->set_need(v1::NEED_REPLY);
  CHECK(OwesReply(content));
  content.mutable_check_in()->set_need(v1::NEED_UNSPECIFIED);
  CHECK(FieldRefused(content) == "check_in.need");
  content.mutable_check_in()->set_need(static_cast<v1::Need>(9));
  CHECK(FieldRefused(content) == "check_in.need");
}

TEST_CASE("Each bad field is named") {
  v1::Content content = GoodCheckIn();
  content.mutable_check_in()->set_note(std::string("\xc3\x28", 2));
  CHECK(FieldRefused(content) == "check_in.note");
  content.mutable_check_in()->set_note(std::string(limits::kTextBytesMax + 1, 'x'));
  CHECK(ReasonOf(ValidateContent(content, Kind::kCheckIn)) == Reason::kTooLarge);
  content = GoodCheckIn();
  content.mutable_check_in()->add_answers()->set_link_id("rest");
  CHECK(FieldRefused(content) == "check_in.answers[0]");
  content.mutable_check_in()->mutable_answers(0)->set_number(3);
  CHECK(ValidateContent(content, Kind::kCheckIn).ok());
  *content.mutable_check_in()->add_answers() = content.check_in().answers(0);
  CHECK(FieldRefused(content) == "check_in.answers[1]");
  CHECK(FieldRefused(GoodCheckIn(), Kind::kNote) == "content.kind");
  CHECK(FieldRefused(v1::Content()) == "content");
}

TEST_CASE("A key for what is written ahead is whole, and ids have their size") {
  v1::Content content;
  content.mutable_control()->mutable_ahead_key()->set_key(Bytes(32, 'k'));
  CHECK(FieldRefused(content, Kind::kControl) == "ahead_key.envelope_id");
  content.mutable_control()->mutable_ahead_key()->set_envelope_id(Bytes(16, 'e'));
  CHECK(ValidateContent(content, Kind::kControl).ok());
  content.mutable_control()->mutable_ahead_key()->set_key(Bytes(31, 'k'));
  CHECK(FieldRefused(content, Kind::kControl) == "ahead_key.key");
  content = GoodCheckIn();
  content.add_ahead_due(Bytes(16, 'a'));
  CHECK(ValidateContent(content, Kind::kCheckIn).ok());
  content.add_ahead_due(Bytes(15, 'a'));
  CHECK(FieldRefused(content) == "content.ahead_due");
  content.clear_ahead_due();
  for (std::size_t i = 0; i <= limits::kAheadDueMax; ++i) content.add_ahead_due(Bytes(16, 'a'));
  CHECK(ReasonOf(ValidateContent(content, Kind::kCheckIn)) == Reason::kTooLarge);
  v1::Content receipt;
  receipt.mutable_receipt()->add_arrived(Bytes(17, 'a'));
  CHECK(FieldRefused(receipt, Kind::kReceipt) == "receipt.arrived");
}

TEST_CASE("To the practice a key is a beacon, and so is a beacon that names what was due") {
  v1::Control beacon, key;
  beacon.mutable_beacon();
  key.mutable_ahead_key()->set_envelope_id(Bytes(16, 'e'));
  key.mutable_ahead_key()->set_key(Bytes(32, 'k'));
  const auto sealed = [](const Bytes& bytes) {
    return crypto::SealedBodyBytes(bytes.size()).value();
  };
  const Bytes plain = SerializeControl(beacon).value();
  v1::Content due;
  REQUIRE(due.ParseFromString(plain));
  for (std::size_t i = 0; i < limits::kAheadDuePerSignMax; ++i) due.add_ahead_due(Bytes(16, 'a'));
  CHECK(sealed(SerializeControl(key).value()) == sealed(plain));
  CHECK(sealed(SerializeContent(due, Kind::kControl).value()) == sealed(plain));
}

TEST_CASE(
    "What a device holds is said in receipts and beacons alone, and a decision names its note") {
  v1::Content content = GoodCheckIn();
  content.add_held(Bytes(16, 'h'));
  CHECK(FieldRefused(content) == "content.held");
  content = v1::Content();
  content.mutable_control()->mutable_beacon();
  content.add_held(Bytes(16, 'h'));
  CHECK(ValidateContent(content, Kind::kControl).ok());
  content.add_held(Bytes(15, 'h'));
  CHECK(FieldRefused(content, Kind::kControl) == "content.held");
  content.clear_held();
  for (int i = 0; i <= limits::kHeldPerSignMax; ++i) content.add_held(Bytes(16, 'h'));
  CHECK(ReasonOf(ValidateContent(content, Kind::kControl)) == Reason::kTooLarge);
  content = v1::Content();
  content.mutable_control()->mutable_ahead_decision()->set_envelope_id(Bytes(15, 'e'));
  CHECK(FieldRefused(content, Kind::kControl) == "ahead_decision.envelope_id");
  content.mutable_control()->mutable_ahead_decision()->set_envelope_id(Bytes(16, 'e'));
  CHECK(ValidateContent(content, Kind::kControl).ok());
}

TEST_CASE("Content of a newer version is kept") {
  // Field 15, a string: no kind that this version knows.
  const Bytes newer("\x7a\x02hi", 4);
  const auto parsed = ParseContent(newer, Kind::kNote);
  REQUIRE(parsed.ok());
  CHECK(parsed->kind_case() == v1::Content::KIND_NOT_SET);
  CHECK_FALSE(ParseContent("\xff\xff", Kind::kNote).ok());
}

TEST_CASE("UTF-8 is told from what is not") {
  CHECK(IsUtf8("plain, \xc3\xa4, \xe2\x82\xac, \xf0\x9f\x8c\xb1"));
  for (const char* bad : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    CHECK_FALSE(IsUtf8(bad));
  }
}

TEST_CASE("Answers name their form by its address and hash, or by neither") {
  v1::Content content = GoodCheckIn();
  content.mutable_check_in()->set_canonical("urn:t|1");
  CHECK(FieldOf(ValidateContent(content, Kind::kCheckIn)) == "check_in.form_hash");
  content.mutable_check_in()->set_form_hash(std::string(31, 'h'));
  CHECK(FieldOf(ValidateContent(content, Kind::kCheckIn)) == "check_in.form_hash");
  content.mutable_check_in()->set_form_hash(std::string(32, 'h'));
  CHECK(ValidateContent(content, Kind::kCheckIn).ok());
  content.mutable_check_in()->set_canonical(std::string(321, 'u'));
  CHECK(FieldOf(ValidateContent(content, Kind::kCheckIn)) == "check_in.canonical");
  content.mutable_check_in()->clear_canonical();
  CHECK(FieldOf(ValidateContent(content, Kind::kCheckIn)) == "check_in.form_hash");
}

TEST_CASE("What says that somebody is not safe is one of the answers") {
  v1::Content content = GoodCheckIn();
  const std::string answered = "safe-now";
  content.mutable_check_in()->add_answers()->set_link_id(answered);
  content.mutable_check_in()->mutable_answers(0)->set_choice("not-safe");
  content.mutable_check_in()->add_risk(answered);
  CHECK(ValidateContent(content, Kind::kCheckIn).ok());
  content.mutable_check_in()->add_risk(answered);
  CHECK(FieldOf(ValidateContent(content, Kind::kCheckIn)) == "check_in.risk");
  content.mutable_check_in()->clear_risk();
  content.mutable_check_in()->add_risk("another");
  CHECK(FieldOf(ValidateContent(content, Kind::kCheckIn)) == "check_in.risk");
}

TEST_CASE("A form is assigned in a note, with how often, or taken back with neither") {
  v1::Content content;
  v1::FormAssignment& assignment = *content.mutable_form_assignment();
  assignment.set_canonical("urn:t|1");
  CHECK(ValidateContent(content, Kind::kNote).ok());
  CHECK_FALSE(ValidateContent(content, Kind::kControl).ok());
  assignment.set_form("{}");
  CHECK(FieldOf(ValidateContent(content, Kind::kNote)) == "form_assignment.every_days");
  assignment.set_every_days(14);
  CHECK(ValidateContent(content, Kind::kNote).ok());
  assignment.set_every_days(367);
  CHECK(FieldOf(ValidateContent(content, Kind::kNote)) == "form_assignment.every_days");
  assignment.set_every_days(366);
  assignment.set_form(std::string(40'001, 'x'));
  CHECK(FieldOf(ValidateContent(content, Kind::kNote)) == "form_assignment.form");
}

}  // namespace
}  // namespace holdfast::client
