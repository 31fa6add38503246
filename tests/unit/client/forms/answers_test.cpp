// Answers are those of the form and no others; what they add up to is never guessed.
#include "client/forms/answers.h"

#include "client/forms/response.h"
#include "client/forms/score.h"
#include "form_text.h"
#include "support/catch.h"

namespace holdfast::forms {
namespace {

std::string Refused(const FormRef& form, const GivenAnswers& given) {
  return FieldOf(FillForm(*form, given).status());
}

TEST_CASE("Answers are checked against what the form asks") {
  const std::string range = R"("extension": [
      {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": 0},
      {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 10}])";
  const FormRef form = Parsed(
      Question("whole", "integer", range) + "," + Question("part", "decimal") + "," +
      Question("day", "date") + "," + Question("yes", "boolean") + "," +
      Question("words", "text", R"("maxLength": 5)") + "," +
      Question("plain", "choice",
               R"("answerOption": [{"valueString": "Never"}, {"valueString": "Often at night"}])"));
  const auto answers = FillForm(*form, {{"words", std::string("abcde")},
                                        {"plain", std::int64_t{2}},
                                        {"whole", std::int64_t{10}},
                                        {"part", std::string("-0.50")},
                                        {"day", std::string("2024-02-29")},
                                        {"yes", true}});
  REQUIRE(answers.ok());
  REQUIRE(answers->size() == 6);
  CHECK(answers->front() == Answer{"whole", AnswerKind::kNumber, 10, ""});
  CHECK((*answers)[1].text == "-0.5");
  CHECK((*answers)[3] == Answer{"yes", AnswerKind::kChoice, 0, "true"});
  CHECK(answers->back().text == "Often at night");
  CHECK(FillForm(*form, {{"plain", std::string("often_at night")}}).value().size() == 1);
  CHECK(Refused(form, {{"whole", std::int64_t{11}}}) == "answers.whole");
  CHECK(Refused(form, {{"whole", std::string("1.5")}}) == "answers.whole");
  CHECK(Refused(form, {{"day", std::string("2023-02-29")}}) == "answers.day");
  CHECK(Refused(form, {{"yes", std::int64_t{1}}}) == "answers.yes");
  CHECK(Refused(form, {{"words", std::string("abcdef")}}) == "answers.words");
  CHECK(Refused(form, {{"words", std::string(10'000'000, 'x')}}) == "answers.words");
  CHECK(Refused(form, {{"plain", std::int64_t{3}}}) == "answers.plain");
  CHECK(Refused(form, {{"other", std::int64_t{3}}}) == "answers.other");
  CHECK(FillForm(*form, {{"plain", std::monostate()}, {"words", std::string()}}).value().empty());
}

TEST_CASE("A number does not answer a question whose answers have weights: it could mean either") {
  const FormRef form = Parsed(Weighted("a"));
  const auto refused = FillForm(*form, {{"a", std::int64_t{1}}}).status();
  CHECK(FieldOf(refused) == "answers.a");
  CHECK(refused.message().find("some") != std::string::npos);
  CHECK(FillForm(*form, {{"a", std::string("some")}}).value().front().text == "some");
}

TEST_CASE("A question is asked by what was answered before it, and else takes no answer") {
  const FormRef form = Parsed(
      Question("smokes", "boolean") +
      R"(,{"linkId": "g", "type": "group", "enableWhen": [{"question": "smokes", "operator": "=",
           "answerBoolean": true}], "item": [)" +
      Question("count", "integer") + "," +
      Question("why", "text",
               R"("enableBehavior": "any", "enableWhen": [
                  {"question": "count", "operator": ">=", "answerInteger": 20},
                  {"question": "count", "operator": "exists", "answerBoolean": false}])") +
      "]}");
  using Asked = std::vector<bool>;
  CHECK(AskedItems(*form, {}) == Asked{true, false, false, false});
  Answers answers = FillForm(*form, {{"smokes", true}}).value();
  CHECK(AskedItems(*form, answers) == Asked{true, true, true, true});
  Put(*form, answers, {"count", AnswerKind::kNumber, 5, ""});
  CHECK(AskedItems(*form, answers) == Asked{true, true, true, false});
  Put(*form, answers, {"count", AnswerKind::kNumber, 20, ""});
  Put(*form, answers, {"why", AnswerKind::kText, 0, "stress"});
  CHECK(OnlyAsked(*form, answers).size() == 3);
  // Changed afterwards: what hung on it is not asked any more, and neither kept nor counted.
  Put(*form, answers, {"smokes", AnswerKind::kChoice, 0, "false"});
  CHECK(OnlyAsked(*form, answers).size() == 1);
  CHECK(Refused(form, {{"smokes", false}, {"count", std::int64_t{3}}}) == "answers.count");
}

TEST_CASE("What is left out leaves it unscored, and never counts as 0") {
  const FormRef form = Parsed(Weighted("a") + "," + Weighted("b") + "," + Question("c", "text"));
  CHECK(ScoreOf(*form, {}).state == ScoreState::kUnscored);
  const Answers half = FillForm(*form, {{"a", std::string("much")}}).value();
  CHECK(ScoreOf(*form, half).state == ScoreState::kUnscored);
  CHECK(ScoreOf(*form, half).total == Decimal());
  const Answers whole =
      FillForm(*form, {{"a", std::string("much")}, {"b", std::string("no")}}).value();
  CHECK(ScoreOf(*form, whole).state == ScoreState::kScored);
  CHECK(ScoreOf(*form, whole).total == Decimal::Of(2));
  CHECK(ScoreOf(*form, whole).highest == Decimal::Of(4));
  CHECK(ScoreOf(*Parsed(Question("c", "text")), {}).state == ScoreState::kNone);
  // An answer without a weight among others that have one.
  const FormRef rather_not = Parsed(Question("a", "choice", R"("answerOption": [
      {"valueCoding": {"code": "x"}, "extension": [{"url":
        "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 1}]},
      {"valueString": "rather not say"}])"));
  CHECK(ScoreOf(*rather_not, FillForm(*rather_not, {{"a", std::string("rather not say")}}).value())
            .state == ScoreState::kUnscored);
}

TEST_CASE("Answers are written as a QuestionnaireResponse with no empty array and one value each") {
  const FormRef form =
      Parsed(R"({"linkId": "g", "type": "group", "text": "G", "item": [)" + Weighted("a") + "]}," +
             R"({"linkId": "h", "type": "group", "text": "H", "item": [)" + Weighted("b") + "]}," +
             Question("c", "date", R"("required": true)"));
  const Answers answers = FillForm(*form, {{"a", std::string("some")}}).value();
  const Json response = ResponseOf(*form, answers, "2026-11-29T10:00:00Z");
  CHECK(response.at("questionnaire") == "urn:test:t|3");
  CHECK(response.at("status") == "in-progress");
  REQUIRE(response.at("item").size() == 1);
  const Json& answer = response.at("item")[0].at("item")[0].at("answer")[0];
  CHECK(answer.size() == 1);
  CHECK(answer.at("valueCoding").at("code") == "some");
  CHECK(answer.at("valueCoding").at("extension")[0].at("valueDecimal") == 1);
  CHECK_FALSE(ResponseOf(*form, {}, "2026-11-29T10:00:00Z").contains("item"));
  CHECK(ObservationOf(*form, answers, "2026-11-29T10:00:00Z").is_null());
  const Answers whole = FillForm(*form, {{"a", std::string("some")},
                                         {"b", std::string("much")},
                                         {"c", std::string("2026-11-29")}})
                            .value();
  CHECK(ResponseOf(*form, whole, "2026-11-29T10:00:00Z").at("status") == "completed");
  CHECK(ObservationOf(*form, whole, "2026-11-29T10:00:00Z").at("valueQuantity").at("value") == 3);
}

}  // namespace
}  // namespace holdfast::forms
