// What comes with Holdfast: the forms with their terms, and what to do now.
#include "client/forms/shipped.h"

#include <set>

#include "client/forms/answers.h"
#include "client/forms/form_import.h"
#include "client/forms/resources.h"
#include "client/forms/score.h"
#include "rules/errors.h"
#include "support/catch.h"

namespace holdfast::forms {
namespace {

// Every question answered with the same place among its answers.
Answers AllAnswered(const Form& form, std::size_t place) {
  Answers answers;
  for (const Item& item : form.items) {
    if (item.options.size() <= place) continue;
    answers.push_back({item.link_id, AnswerKind::kChoice, 0, item.options[place].code});
  }
  return answers;
}

TEST_CASE("The forms that come along are the weekly one, PHQ-9, PHQ-2, GAD-7 and K6") {
  std::set<std::string> names;
  for (const FormRef& form : ShippedForms()) names.insert(form->name);
  CHECK(names == std::set<std::string>{"holdfast-weekly", "phq-9", "phq-2", "gad-7", "k6"});
  CHECK(ShippedForms().size() == 5);
  CHECK(WeeklyForm()->version == "2");
  for (const FormRef& form : ShippedForms()) CHECK(ShippedByHash(form->hash) == form);
}

TEST_CASE("What was answered with the first weekly form keeps its words") {
  const FormRef first = ShippedByNumber("holdfast-weekly", 1);
  REQUIRE(first);
  CHECK(first->Find("rest")->text == "I let myself rest.");
  CHECK(first->Find("safe-now") == nullptr);
  CHECK(first->hash != WeeklyForm()->hash);
}

TEST_CASE("A form's bytes never change: another wording is another version") {
  CHECK(ShippedByNumber("holdfast-weekly", 1)->hash.hex() ==
        "8d5ce60a89905a77d31c03368eab04184ee9b8d95aaa0410560e4e770f22b52a");
  CHECK(WeeklyForm()->hash.hex() ==
        "e87eebb1e9ceaafb41910e4f0fa3c2379483ad8128457a316bb9a8d9639193a1");
  CHECK(ShippedByName("phq-9")->hash.hex() ==
        "4e0e5347bd101ef771c8e17f4450589b83ed319d9656033318c3ac805df09c6a");
  CHECK(ShippedByName("phq-2")->hash.hex() ==
        "3c1bc7fb5aeeb2479c0a836d53261117b485dabf06d7111f091f1c98bd60e95f");
  CHECK(ShippedByName("gad-7")->hash.hex() ==
        "d08dd076cc3bebea6edf358f0bc4f58d5fd27bd644c09a57dc3ca2cfde04f1c7");
  CHECK(ShippedByName("k6")->hash.hex() ==
        "61523ac58c35d00495734f42b44e656974758375bddff556b7a679f7bd3629f7");
}

TEST_CASE("Recall periods are the instruments' own, and their terms stand in them") {
  CHECK(WeeklyForm()->recall_days == 7);
  CHECK(ShippedByName("phq-9")->recall_days == 14);
  CHECK(ShippedByName("phq-2")->recall_days == 14);
  CHECK(ShippedByName("gad-7")->recall_days == 14);
  CHECK(ShippedByName("k6")->recall_days == 30);
  for (const char* name : {"phq-9", "phq-2", "gad-7"}) {
    CHECK(ShippedByName(name)->notice.find("No permission required to reproduce") !=
          std::string::npos);
  }
  CHECK(ShippedByName("k6")->notice.find("2003;60(2):184-189") != std::string::npos);
}

TEST_CASE("A reliable change stands where one was published, and nowhere else") {
  CHECK(ShippedByName("phq-9")->reliable_change == Decimal::Of(5));
  CHECK(ShippedByName("gad-7")->reliable_change == Decimal::Of(6));
  CHECK_FALSE(ShippedByName("phq-2")->reliable_change);
  CHECK_FALSE(ShippedByName("k6")->reliable_change);
  CHECK_FALSE(WeeklyForm()->reliable_change);
}

TEST_CASE("The published scales add up as published") {
  struct Scale {
    const char* name;
    std::size_t most_at;  // the place of the highest answer
    std::int64_t highest;
    const char* band;
  };
  for (const Scale& scale :
       {Scale{"phq-9", 3, 27, "severe"}, Scale{"phq-2", 3, 6, "3 or more: worth asking further"},
        Scale{"gad-7", 3, 21, "severe"}, Scale{"k6", 0, 24, "13 or more"}}) {
    INFO(scale.name);
    const FormRef form = ShippedByName(scale.name);
    const Score score = ScoreOf(*form, AllAnswered(*form, scale.most_at));
    CHECK(score.state == ScoreState::kScored);
    CHECK(score.total == Decimal::Of(scale.highest));
    CHECK(score.highest == Decimal::Of(scale.highest));
    CHECK(score.lowest == Decimal());
    CHECK(score.band == scale.band);
  }
  // PHQ-9's bands begin at 5, 10, 15 and 20.
  const FormRef phq9 = ShippedByName("phq-9");
  CHECK(ScoreOf(*phq9, AllAnswered(*phq9, 0)).band == "minimal");
  CHECK(ScoreOf(*phq9, AllAnswered(*phq9, 1)).band == "mild");
  CHECK(ScoreOf(*phq9, AllAnswered(*phq9, 2)).band == "moderately severe");
  CHECK(ScoreOf(*WeeklyForm(), AllAnswered(*WeeklyForm(), 0)).state == ScoreState::kNone);
}

TEST_CASE("PHQ-9's ninth above zero and 'I am not safe' must not wait, and nothing else") {
  const FormRef phq9 = ShippedByName("phq-9");
  CHECK(RiskAnswers(*phq9, AllAnswered(*phq9, 0)).empty());
  for (const std::size_t place : {1U, 2U, 3U}) {
    CHECK(RiskAnswers(*phq9, AllAnswered(*phq9, place)) == std::vector<std::string>{"phq9-9"});
  }
  const Answers safe = FillForm(*WeeklyForm(), {{"safe-now", std::string("safe")}}).value();
  const Answers not_safe =
      FillForm(*WeeklyForm(), {{"safe-now", std::string("I am not safe")}}).value();
  CHECK(RiskAnswers(*WeeklyForm(), safe).empty());
  CHECK(RiskAnswers(*WeeklyForm(), not_safe) == std::vector<std::string>{"safe-now"});
}

TEST_CASE("PHQ-9's ninth must not wait in anybody's form, whatever its answers are called") {
  const auto asked = [](const std::string& extension, const std::string& code) {
    return ParseForm(R"({"resourceType": "Questionnaire", "url": "urn:t", "id": "t", "status":
        "active", "version": "1", "item": [{"linkId": "q", "type": "choice", "text": "Thoughts",
        "code": [{"system": "http://loinc.org", "code": "44260-8"}], "answerOption": [
          {"valueCoding": {"code": "LA6568-5", "display": "Not at all")" +
                     extension + R"(}}, {"valueCoding": {"code": ")" + code + "\"}}]}]}")
        .value();
  };
  const FormRef plain = asked("", "LA6569-3");
  CHECK(RiskAnswers(*plain, FillForm(*plain, {{"q", std::string("LA6568-5")}}).value()).empty());
  CHECK(RiskAnswers(*plain, FillForm(*plain, {{"q", std::string("LA6569-3")}}).value()).size() ==
        1);
  // One whose weight is not known is taken for what it may be.
  const FormRef weighted = asked(R"(, "extension": [{"url":
      "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 0}])",
                                 "maybe");
  CHECK(RiskAnswers(*weighted, FillForm(*weighted, {{"q", std::string("not at all")}}).value())
            .empty());
  CHECK(RiskAnswers(*weighted, FillForm(*weighted, {{"q", std::string("maybe")}}).value()).size() ==
        1);
}

TEST_CASE("What to do now begins with the emergency number of where somebody is") {
  const std::vector<std::string> berlin = LinesFor(ShippedResources(), "Europe/Berlin");
  REQUIRE(berlin.size() >= 4);
  CHECK(berlin[1] == "Notruf: 112");
  CHECK(LinesFor(ShippedResources(), "America/Indiana/Knox")[1] == "Emergency: 911");
  CHECK(LinesFor(ShippedResources(), "Europe/Oslo")[1] == "Emergency: 112");
  // Nobody is left with an empty page.
  for (const char* zone : {"", "Etc/UTC", "Asia/Kathmandu"}) {
    CHECK(LinesFor(ShippedResources(), zone).size() >= 3);
  }
}

TEST_CASE("A practice's own resources are taken whole, or refused by name") {
  const auto own = ParseResources(R"({"everywhere": ["Ring our night line: 555 0100"],
      "regions": [{"name": "Here", "zones": ["Asia/"], "lines": ["One", "Two"]}]})");
  REQUIRE(own.ok());
  CHECK(LinesFor(*own, "Asia/Tokyo") ==
        std::vector<std::string>{"One", "Two", "Ring our night line: 555 0100"});
  CHECK(FieldOf(ParseResources("{}").status()) == "everywhere");
  CHECK(FieldOf(ParseResources(R"({"everywhere": [""]})").status()) == "everywhere[0]");
  CHECK(FieldOf(ParseResources(R"({"everywhere": [1]})").status()) == "everywhere[0]");
  CHECK(FieldOf(ParseResources(R"({"everywhere": ["x"], "phones": ["1"]})").status()) == "phones");
  CHECK(FieldOf(ParseResources(R"({"everywhere": ["x"], "regions": [{"name": "y"}]})").status()) ==
        "regions[0]");
}

}  // namespace
}  // namespace holdfast::forms
