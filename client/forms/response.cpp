#include "client/forms/response.h"

#include "client/forms/extensions.h"
#include "client/forms/score.h"

namespace holdfast::forms {
namespace {

// A number as JSON writes it: whole where it is whole.
Json NumberJson(const Decimal& decimal) { return Json::parse(TextOf(decimal)); }

Json CodingJson(const Coding& coding) {
  Json json = {{"code", coding.code}};
  if (!coding.system.empty()) json["system"] = coding.system;
  if (!coding.display.empty()) json["display"] = coding.display;
  return json;
}

Json ChoiceJson(const Option& option) {
  if (option.value == OptionValue::kString) return {{"valueString", option.code}};
  if (option.value == OptionValue::kInteger) return {{"valueInteger", Json::parse(option.code)}};
  Json coding = CodingJson({option.system, option.code, option.text});
  // Some programs look for it here, and some only in the form.
  if (option.weight) {
    coding["extension"] =
        Json::array({{{"url", kOrdinalValue}, {"valueDecimal", NumberJson(*option.weight)}}});
  }
  return {{"valueCoding", std::move(coding)}};
}

Json ValueJson(const Item& item, const Answer& answer) {
  switch (item.type) {
    case ItemType::kBoolean:
      return {{"valueBoolean", answer.text == "true"}};
    case ItemType::kInteger:
      return {{"valueInteger", answer.number}};
    case ItemType::kDecimal:
      return {{"valueDecimal", Json::parse(answer.text)}};
    case ItemType::kDate:
      return {{"valueDate", answer.text}};
    default:
      break;
  }
  if (const Option* option = ChosenOption(item, answer)) return ChoiceJson(*option);
  return {{"valueString", answer.text}};
}

// The items below `group`, by those of them that are answered.
Json ItemsJson(const Form& form, const Answers& answers, std::optional<std::size_t> group) {
  Json items = Json::array();
  for (std::size_t i = 0; i < form.items.size(); ++i) {
    const Item& item = form.items[i];
    if (item.group != group) continue;
    Json json = {{"linkId", item.link_id}};
    if (!item.text.empty()) json["text"] = item.text;
    if (item.type == ItemType::kGroup) {
      Json below = ItemsJson(form, answers, i);
      if (below.empty()) continue;
      json["item"] = std::move(below);
    } else {
      const Answer* answer = Find(answers, item.link_id);
      if (answer == nullptr) continue;
      json["answer"] = Json::array({ValueJson(item, *answer)});
    }
    items.push_back(std::move(json));
  }
  return items;
}

bool IsFinished(const Form& form, const Answers& answers) {
  const std::vector<bool> asked = AskedItems(form, answers);
  for (std::size_t i = 0; i < form.items.size(); ++i) {
    const Item& item = form.items[i];
    const bool counts = asked[i] && item.required && IsQuestion(item);
    if (counts && Find(answers, item.link_id) == nullptr) return false;
  }
  return true;
}

}  // namespace

Json ResponseOf(const Form& form, const Answers& answers, const std::string& authored) {
  const Answers asked = OnlyAsked(form, answers);
  Json response = {{"resourceType", "QuestionnaireResponse"},
                   {"questionnaire", form.Canonical()},
                   {"status", IsFinished(form, asked) ? "completed" : "in-progress"},
                   {"authored", authored}};
  Json items = ItemsJson(form, asked, std::nullopt);
  if (!items.empty()) response["item"] = std::move(items);
  return response;
}

Json ObservationOf(const Form& form, const Answers& answers, const std::string& effective) {
  const Score score = ScoreOf(form, answers);
  if (score.state != ScoreState::kScored) return nullptr;
  Json code = Json::object();
  code["text"] = form.score_name.empty() ? form.title : form.score_name;
  if (form.score_code) code["coding"] = Json::array({CodingJson(*form.score_code)});
  return {{"resourceType", "Observation"},
          {"status", "final"},
          {"code", std::move(code)},
          {"effectiveDateTime", effective},
          {"valueQuantity",
           {{"value", NumberJson(score.total)},
            {"unit", "{score}"},
            {"system", "http://unitsofmeasure.org"},
            {"code", "{score}"}}}};
}

}  // namespace holdfast::forms
