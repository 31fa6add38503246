// A questionnaire is imported whole, or refused with the name of what is not right.
#include "client/forms/form_import.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "client/forms/limits.h"
#include "crypto/public/hash.h"
#include "form_text.h"
#include "support/catch.h"

namespace holdfast::forms {
namespace {

std::string Said(const std::string& items, const std::string& more = "") {
  return std::string(ParseForm(FormText(items, more)).status().message());
}

TEST_CASE("Every kind of question is read, in groups, with its order") {
  const FormRef form = Parsed(
      R"({"linkId": "g", "type": "group", "text": "Over the last week", "item": [)" +
      Question("a", "boolean") + "," + Question("b", "integer") + "]}," + Question("c", "decimal") +
      "," + Question("d", "date") + "," + Question("e", "text", R"("maxLength": 10)") + "," +
      Question("f", "string") + "," + Question("g2", "display") + "," + Weighted("h"));
  REQUIRE(form->items.size() == 9);
  CHECK(form->items[0].type == ItemType::kGroup);
  CHECK(form->items[1].group == 0U);
  CHECK(form->items[2].depth == 1);
  CHECK_FALSE(form->items[3].group);
  CHECK(form->items[5].bytes_max == 10);
  CHECK(form->items[6].type == ItemType::kText);
  CHECK(form->items[8].options.size() == 3);
  CHECK(form->Canonical() == "urn:test:t|3");
  CHECK(form->name == "t");
  CHECK(form->IsScored());
}

TEST_CASE("The same form has the same hash however it is laid out, and another one another") {
  const FormRef form = Parsed(Question("a", "text"));
  const std::string spaced = "  " + FormText(Question("a", "text")) + "\n\n";
  CHECK(ParseForm(spaced).value()->hash == form->hash);
  CHECK(form->hash == crypto::Sha256({form->canonical}));
  CHECK(ParseForm(form->canonical).value()->hash == form->hash);
  CHECK(Parsed(Question("b", "text"))->hash != form->hash);
}

TEST_CASE("Canonical bytes are those of the vectors, which a second implementation makes too") {
  std::ifstream file(HOLDFAST_VECTORS_DIR "/forms.json");
  const auto vectors = nlohmann::json::parse(file);
  for (const auto& vector : vectors.at("forms")) {
    const Bytes text = FromHex(vector.at("questionnaire").get<std::string>(), "form").value();
    const auto form = ParseForm(text);
    INFO(form.status());
    REQUIRE(form.ok());
    CHECK(ToHex((*form)->canonical) == vector.at("canonical"));
    CHECK((*form)->hash.hex() == vector.at("hash"));
  }
}

TEST_CASE("What is not supported is refused by its name, and nothing is imported by half") {
  CHECK(RefusedFor(Question("a", "open-choice")) == "item[0].type");
  CHECK(Said(Question("a", "quantity")).find("quantity") != std::string::npos);
  CHECK(RefusedFor(Question("a", "text", R"("repeats": true)")) == "item[0].repeats");
  CHECK(RefusedFor(Question("a", "text", R"("repeats": false)")).empty());
  CHECK(RefusedFor(Question("a", "integer", R"("readOnly": true)")) == "item[0].readOnly");
  CHECK(RefusedFor(Question("a", "choice", R"("answerValueSet": "#x")")) ==
        "item[0].answerValueSet");
  CHECK(RefusedFor(Question("a", "text", R"("initial": [{"valueString": "x"}])")) ==
        "item[0].initial");
  CHECK(RefusedFor(Question("a", "text", R"("item": [)" + Question("b", "text") + "]")) ==
        "item[0].item");
  CHECK(RefusedFor(Question("a", "text"), R"("contained": [{"resourceType": "ValueSet"}],)") ==
        "contained");
  const std::string hidden = R"("extension": [{"url":
      "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": true}])";
  CHECK(RefusedFor(Question("a", "text", hidden)) == "item[0].extension");
  CHECK(Said(Question("a", "text", hidden)).find("questionnaire-hidden") != std::string::npos);
  CHECK(RefusedFor(Question("a", "text"), R"("_title": {"id": "x"},)") == "_title");
}

TEST_CASE("A form needs what names it, and something to ask") {
  CHECK(FieldOf(ParseForm("[]").status()) == "form");
  CHECK(FieldOf(ParseForm("{").status()) == "form");
  CHECK(FieldOf(ParseForm(R"({"resourceType": "Patient"})").status()) == "resourceType");
  CHECK(FieldOf(ParseForm(R"({"resourceType": "Questionnaire", "status": "active"})").status()) ==
        "url");
  CHECK(RefusedFor(Question("a", "display")) == "item");
  CHECK(RefusedFor("") == "item");
  CHECK(RefusedFor(Question("a", "text"), R"("title": "",)") == "title");
  CHECK(FieldOf(ParseForm(R"({"a": 1, "a": 2})").status()) == "form");
}

TEST_CASE("One linkId names one item") {
  CHECK(RefusedFor(Question("a", "text") + "," + Question("a", "integer")) == "item[1].linkId");
}

TEST_CASE("A question depends only on earlier ones, so nothing goes in a circle") {
  const auto when = [](const std::string& question) {
    return R"("enableWhen": [{"question": ")" + question +
           R"(", "operator": "=", "answerBoolean": true}])";
  };
  CHECK(RefusedFor(Question("a", "boolean", when("b")) + "," +
                   Question("b", "boolean", when("a"))) == "item[0].enableWhen[0].question");
  CHECK(RefusedFor(Question("a", "boolean", when("a"))) == "item[0].enableWhen[0].question");
  CHECK(RefusedFor(Question("a", "boolean") + "," + Question("b", "boolean", when("zz"))) ==
        "item[1].enableWhen[0].question");
  CHECK(RefusedFor(Question("a", "integer") + "," + Question("b", "boolean", when("a"))) ==
        "item[1].enableWhen[0].answerBoolean");
  const FormRef form = Parsed(Question("a", "boolean") + "," + Question("b", "text", when("a")));
  CHECK(form->items[1].conditions.front().question == 0);
  const std::string two = R"("enableWhen": [
      {"question": "a", "operator": "exists", "answerBoolean": true},
      {"question": "a", "operator": "=", "answerBoolean": false}])";
  CHECK(RefusedFor(Question("a", "boolean") + "," + Question("b", "text", two)) ==
        "item[1].enableBehavior");
  CHECK(Parsed(Question("a", "boolean") + "," +
               Question("b", "text", two + R"(, "enableBehavior": "any")"))
            ->items[1]
            .any_condition);
  const std::string more = R"("enableWhen": [{"question": "a", "operator": ">",
                                              "answerCoding": {"code": "no"}}])";
  CHECK(RefusedFor(Weighted("a") + "," + Question("b", "text", more)) ==
        "item[1].enableWhen[0].operator");
  const std::string unknown = R"("enableWhen": [{"question": "a", "operator": "=",
                                                 "answerCoding": {"code": "never"}}])";
  CHECK(RefusedFor(Weighted("a") + "," + Question("b", "text", unknown)) ==
        "item[1].enableWhen[0].answerCoding");
}

TEST_CASE("Ten thousand items, a hundred groups within each other and a megabyte are refused") {
  std::string many;
  for (int i = 0; i < 10'000; ++i) {
    many += (i == 0 ? "" : ",") + Question("q" + std::to_string(i), "boolean");
  }
  CHECK(RefusedFor(many) == "item[128]");
  const auto nested = [](int groups) {
    std::string text = Question("q", "boolean");
    for (int i = 0; i < groups; ++i) {
      text =
          R"({"linkId": "g)" + std::to_string(i) + R"(", "type": "group", "item": [)" + text + "]}";
    }
    return text;
  };
  CHECK(ParseForm(FormText(nested(100))).status().message().find("deep") != std::string::npos);
  CHECK(ReasonOf(ParseForm(FormText(nested(100))).status()) == Reason::kTooLarge);
  CHECK(RefusedFor(nested(8)).empty());
  CHECK(ReasonOf(ParseForm(FormText(nested(9))).status()) == Reason::kTooLarge);
  const std::string deep(2'000'000, '[');
  CHECK(FieldOf(ParseForm(deep).status()) == "form");
  CHECK(FieldOf(ParseForm(std::string(1'000'000, '[')).status()) == "form");
  std::string large;
  for (int i = 0; i < 30; ++i) {
    large += std::string(i == 0 ? "" : ",") + R"({"linkId": "q)" + std::to_string(i) +
             R"(", "type": "text", "text": ")" + std::string(1900, 'x') + "\"}";
  }
  CHECK(RefusedFor(large) == "form");
}

TEST_CASE("Hostile answers are named: no code, two of one code, two weights, a weight in words") {
  const auto options = [](const std::string& text) {
    return Question("a", "choice", R"("answerOption": [)" + text + "]");
  };
  CHECK(RefusedFor(options(R"({"valueCoding": {"display": "x"}})")) ==
        "item[0].answerOption[0].valueCoding.code");
  CHECK(RefusedFor(options(R"({"valueString": "x"}, {"valueString": "x"})")) ==
        "item[0].answerOption[1]");
  CHECK(RefusedFor(options(R"({"valueString": "x", "valueInteger": 1})")) ==
        "item[0].answerOption[0]");
  CHECK(RefusedFor(options(R"({"valueString": "x", "initialSelected": true})")) ==
        "item[0].answerOption[0].initialSelected");
  const std::string ordinal = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
  const auto weighted = [&](const std::string& beside, const std::string& inside) {
    return options(R"({"extension": [{"url": ")" + ordinal + R"(", "valueDecimal": )" + beside +
                   R"(}], "valueCoding": {"code": "x", "extension": [{"url": ")" + ordinal +
                   R"(", "valueDecimal": )" + inside + "}]}}");
  };
  CHECK(RefusedFor(weighted("1", "2")) == "item[0].answerOption[0]");
  CHECK(RefusedFor(weighted("1", "\"1\"")) == "item[0].answerOption[0].valueCoding.extension");
  CHECK(Parsed(weighted("1", "1.0"))->items[0].options[0].weight == Decimal::Of(1));
  CHECK(RefusedFor(options("")) == "item[0].answerOption");
  CHECK(RefusedFor(Question("a", "text", R"("answerOption": [{"valueString": "x"}])")) ==
        "item[0].answerOption");
}

TEST_CASE("A reliable change is a number above 0, of a form that adds up") {
  const auto with = [](const std::string& value) {
    return R"("extension": [{"url": "urn:holdfast:fhir:reliable-change", )" + value + "}], ";
  };
  CHECK(Parsed(Weighted("a"), with(R"("valueDecimal": 2.5)"))->reliable_change ==
        DecimalInText("2.5"));
  CHECK_FALSE(Parsed(Weighted("a"))->reliable_change);
  for (const char* value : {R"("valueDecimal": 0)", R"("valueDecimal": -5)",
                            R"("valueString": "5")", R"("valueDecimal": 5e300)"}) {
    INFO(value);
    CHECK(RefusedFor(Weighted("a"), with(value)) == "extension.reliable-change");
  }
  CHECK(RefusedFor(Question("a", "text"), with(R"("valueDecimal": 5)")) ==
        "extension.reliable-change");
}

TEST_CASE("A weight is taken from the answer, from its Coding, and as itemWeight") {
  for (const std::string url : {"http://hl7.org/fhir/StructureDefinition/ordinalValue",
                                "http://hl7.org/fhir/StructureDefinition/itemWeight"}) {
    const std::string extension =
        R"("extension": [{"url": ")" + url + R"(", "valueDecimal": 1.5}])";
    const FormRef beside = Parsed(Question(
        "a", "choice", R"("answerOption": [{"valueCoding": {"code": "x"}, )" + extension + "}]"));
    const FormRef inside = Parsed(Question(
        "a", "choice", R"("answerOption": [{"valueCoding": {"code": "x", )" + extension + "}}]"));
    CHECK(TextOf(*beside->items[0].options[0].weight) == "1.5");
    CHECK(TextOf(*inside->items[0].options[0].weight) == "1.5");
  }
}

}  // namespace
}  // namespace holdfast::forms
