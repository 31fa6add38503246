// What may stand in an envelope, and the weekly form.
#include "client/core/shown/content.h"

#include <set>

#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "client/core/shown/checkin_form.h"
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

TEST_CASE("The weekly form has eight items, each with its own name and words") {
  const Form& form = WeeklyCheckIn();
  CHECK(form.name == "holdfast-weekly");
  CHECK(form.version == 1);
  CHECK(form.items.size() == 8);
  CHECK(form.choices.size() == 5);
  std::set<std::string_view> names;
  for (const FormItem& item : form.items) {
    names.insert(item.link_id);
    CHECK(item.link_id.size() <= limits::kLinkIdBytesMax);
    CHECK(item.text.size() < 100);
  }
  CHECK(names.size() == 8);
}

TEST_CASE("Answers are taken as numbers, codes or words, and any may be left out") {
  const FormInput input = {{"rest", std::int64_t{5}},
                           {"felt-safety", std::string("Quite a bit")},
                           {"showed-up", std::string("not-this-week")},
                           {"settling", std::monostate()},
                           {"repair", std::string()}};
  const auto check_in = FillForm(WeeklyCheckIn(), input);
  REQUIRE(check_in.ok());
  REQUIRE(check_in->answers_size() == 3);
  CHECK(check_in->answers(0).link_id() == "felt-safety");
  CHECK(check_in->answers(0).choice() == "quite-a-bit");
  CHECK(AnswerText(check_in->answers(2)) == "very much");
  CHECK(ItemText(*check_in, "rest") == "I let myself rest.");
  CHECK(FillForm(WeeklyCheckIn(), {})->answers_size() == 0);
}

TEST_CASE("Unknown items and values out of range are named") {
  CHECK(FieldOf(FillForm(WeeklyCheckIn(), {{"mood", std::int64_t{1}}}).status()) == "answers.mood");
  for (const std::int64_t number : {0, 6, -1}) {
    CHECK(FieldOf(FillForm(WeeklyCheckIn(), {{"rest", number}}).status()) == "answers.rest");
  }
  CHECK(FieldOf(FillForm(WeeklyCheckIn(), {{"rest", std::string("meh")}}).status()) ==
        "answers.rest");
}

}  // namespace
}  // namespace holdfast::client
