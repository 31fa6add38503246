// Answers in the words that were asked, whatever comes later; and what to do for somebody who is
// not safe.
#include "client/cli/words/form_words.h"

#include <fstream>

#include "client/cli/commands/form_questions.h"
#include "client/cli/terminal/own_resources.h"
#include "client/cli/words/every_input.h"
#include "client/cli/words/safety_words.h"
#include "client/cli/words/trend_words.h"
#include "client/forms/form_import.h"
#include "client/forms/shipped.h"
#include "rules/errors.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint64_t kSentMs = 1'772'643'600'000;

MessageView Answered(const forms::Form& form, const forms::GivenAnswers& given) {
  auto content = std::make_shared<v1::Content>();
  *content->mutable_check_in() = BlankCheckIn(form);
  PutAnswers(form, forms::FillForm(form, given).value(), *content->mutable_check_in());
  MessageView message;
  message.kind = Kind::kCheckIn;
  message.sent_at_ms = kSentMs;
  message.not_safe = content->check_in().risk_size() > 0;
  message.content = std::move(content);
  return message;
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const Words kTherapist(crypto::Role::kTherapist, {}, kSentMs);
const Words kClient(crypto::Role::kClient, {}, kSentMs);

TEST_CASE("what version 0.1.0 wrote is shown in its words", "[words]") {
  v1::CheckIn check_in;
  check_in.set_form("holdfast-weekly");
  check_in.set_form_version(1);
  check_in.add_answers()->set_link_id("rest");
  check_in.mutable_answers(0)->set_choice("a-little");
  CHECK(AnswersInWords(check_in, FormOf(check_in, {})) == "I let myself rest.\n    a little\n");
}

TEST_CASE("answers keep the wording that they were given to", "[words]") {
  const auto wording = [](const std::string& text) {
    return forms::ParseForm(R"({"resourceType": "Questionnaire", "url": "urn:t", "id": "t",
        "version": "1", "status": "active",
        "item": [{"linkId": "a", "type": "boolean", "text": ")" +
                            text + "\"}]}")
        .value();
  };
  const forms::FormRef then = wording("Did you sleep?");
  const forms::FormRef later = wording("Did you sleep badly?");
  const MessageView message = Answered(*then, {{"a", true}});
  const v1::CheckIn& check_in = message.content->check_in();
  CHECK(AnswersInWords(check_in, FormOf(check_in, {later, then})) == "Did you sleep?\n    yes\n");
  // The same name and version with other words is not taken for it.
  CHECK(Has(AnswersInWords(check_in, FormOf(check_in, {later})), "not on this device"));
}

TEST_CASE("a total is for the therapist, and says what it is not", "[words]") {
  const forms::FormRef phq2 = forms::ShippedByName("phq-2");
  const MessageView message = Answered(*phq2, {{"phq2-1", std::string("several days")},
                                               {"phq2-2", std::string("nearly every day")}});
  CHECK(Has(kTherapist.Answers(message), "PHQ-2 total: 4 (of 0 to 6), 3 or more"));
  CHECK(Has(kTherapist.Answers(message), "no diagnosis"));
  CHECK_FALSE(Has(kClient.Answers(message), "total"));
  const MessageView half = Answered(*phq2, {{"phq2-1", std::string("several days")}});
  CHECK(Has(kTherapist.Answers(half), "not added up"));
}

TEST_CASE("what must not wait says who, when, by which answer, and what to do", "[words]") {
  const forms::FormRef phq9 = forms::ShippedByName("phq-9");
  MessageView message = Answered(
      *phq9, {{"phq9-1", std::string("several days")}, {"phq9-9", std::string("several days")}});
  CHECK(message.must_be_seen());
  const std::string said = NotSafeInWords(kTherapist, {message});
  CHECK(said.starts_with("ATTENTION: "));
  CHECK(Has(said, "better off dead"));
  CHECK_FALSE(Has(said, "Little interest"));
  CHECK(Has(said, "holdfast seen " + ShortId(message.id)));
  CHECK(Has(SafetyRemark(kTherapist, message), "holdfast seen"));
  message.seen_at_ms = kSentMs;
  CHECK_FALSE(message.must_be_seen());
  CHECK_FALSE(Has(SafetyRemark(kTherapist, message), "ATTENTION"));
  message.mine = true;
  CHECK(Has(SafetyRemark(kClient, message), "you are not safe"));
  CHECK(NotSafeInWords(kTherapist, {}).empty());
}

TEST_CASE("a practice's own resources take the place of those that come along", "[words]") {
  const TempDir home;
  setenv("HOLDFAST_HOME", home.path().c_str(), 1);
  const Profile profile = Profile::Named("default").value();
  const auto nowhere = home.path() / "nowhere.json";
  CHECK(ResourcesHere(profile, nowhere).file.empty());
  const auto write = [](const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file) << text;
  };
  const auto of_machine = home.path() / "machine.json";
  write(of_machine, R"({"everywhere": ["of the machine"]})");
  CHECK(ResourcesHere(profile, of_machine).resources.everywhere.front() == "of the machine");
  write(home.path() / "resources.json", R"({"everywhere": ["our night line"]})");
  CHECK(ResourcesHere(profile, of_machine).resources.everywhere.front() == "our night line");
  // One that cannot be taken leaves nobody without.
  write(home.path() / "resources.json", "{");
  const OwnResources wrong = ResourcesHere(profile, nowhere);
  CHECK(wrong.file.empty());
  CHECK(Has(wrong.problem, "resources.json"));
  CHECK(wrong.resources.everywhere == forms::ShippedResources().everywhere);
  unsetenv("HOLDFAST_HOME");
}

TEST_CASE("a trend draws gaps as gaps, mixes no forms, and gives a client no total", "[words]") {
  constexpr std::uint64_t kWeekMs = std::uint64_t{7} * 24 * 3600 * 1000;
  const forms::FormRef phq2 = forms::ShippedByName("phq-2");
  std::vector<MessageView> messages;
  const auto add = [&](const forms::Form& form, std::uint64_t weeks,
                       const forms::GivenAnswers& given) {
    messages.push_back(Answered(form, given));
    messages.back().sent_at_ms = kSentMs + weeks * kWeekMs;
  };
  add(*phq2, 0, {{"phq2-1", std::string("not at all")}, {"phq2-2", std::string("several days")}});
  add(*phq2, 2, {{"phq2-1", std::string("nearly every day")}});
  add(*forms::WeeklyForm(), 3, {{"rest", std::int64_t{4}}});
  add(*phq2, 8, {{"phq2-1", std::string("several days")}, {"phq2-2", std::string("not at all")}});
  const std::vector<Trend> trends = TrendsOf(messages, {});
  REQUIRE(trends.size() == 2);
  REQUIRE(trends[0].points.size() == 3);
  const std::string drawn = TrendInWords(kTherapist, trends[0], 60);
  CHECK(Has(drawn, "doing things\n    0 3     1\n"));
  CHECK(Has(drawn, "hopeless\n    1 -     0\n"));
  CHECK(Has(drawn, "PHQ-2 total (- is not added up)\n    1 -     1\n"));
  const std::string own = TrendInWords(kClient, trends[0], 60);
  CHECK_FALSE(Has(own, "total"));
  CHECK(TrendJson(kClient, trends[0])["points"][0]["total"].is_null());
  CHECK(TrendJson(kTherapist, trends[0])["points"][0]["total"] == 1);
  CHECK(TrendJson(kTherapist, trends[0])["points"][1]["total"].is_null());
  CHECK(Has(TrendInWords(kClient, trends[1], 60), "I let myself rest.\n    4\n"));
  // However many there are, no line is wider than the screen.
  for (std::uint64_t week = 10; week < 80; week += 2)
    add(*phq2, week, {{"phq2-1", std::string("not at all")}});
  const std::string narrow = TrendInWords(kClient, TrendsOf(messages, {})[0], 40);
  for (std::size_t begin = 0; begin < narrow.size(); begin = narrow.find('\n', begin) + 1) {
    CHECK(narrow.find('\n', begin) - begin <= 40);
  }
}

TEST_CASE("how often is typed in days or weeks", "[words]") {
  CHECK(ParseEvery("2w").value() == 14);
  CHECK(ParseEvery("30 days").value() == 30);
  CHECK(ParseEvery("week").value() == 7);
  CHECK(ParseEvery("366d").value() == 366);
  for (const char* bad : {"", "0d", "367d", "53w", "2", "2m", "-1d", "w2", "9999d", "1.5w"}) {
    INFO(bad);
    CHECK(FieldOf(ParseEvery(bad).status()) == "--every");
  }
}

TEST_CASE("periods are said as people say them", "[words]") {
  CHECK(EveryInWords(7) == "every week");
  CHECK(EveryInWords(14) == "every 2 weeks");
  CHECK(EveryInWords(30) == "every 30 days");
  CHECK(EveryInWords(1) == "every day");
  CHECK(PeriodInWords(14) == "the past 2 weeks");
}

}  // namespace
}  // namespace holdfast::client::cli
