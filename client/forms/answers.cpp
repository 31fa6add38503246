#include "client/forms/answers.h"

#include <algorithm>

#include "client/forms/answer_reading.h"
#include "rules/errors.h"

namespace holdfast::forms {
namespace {

bool Holds(Compare compare, std::strong_ordering order) {
  switch (compare) {
    case Compare::kEqual:
      return order == std::strong_ordering::equal;
    case Compare::kNotEqual:
      return order != std::strong_ordering::equal;
    case Compare::kGreater:
      return order == std::strong_ordering::greater;
    case Compare::kLess:
      return order == std::strong_ordering::less;
    case Compare::kGreaterOrEqual:
      return order != std::strong_ordering::less;
    case Compare::kLessOrEqual:
      return order != std::strong_ordering::greater;
    case Compare::kExists:
      break;
  }
  return false;
}

// `answer` is null where there is none, or where it is not asked for: then only "exists" can hold.
bool IsMet(const Condition& condition, const Answer* answer) {
  if (condition.compare == Compare::kExists) {
    return std::get<bool>(condition.value) == (answer != nullptr);
  }
  if (answer == nullptr) return false;
  if (const bool* truth = std::get_if<bool>(&condition.value)) {
    return Holds(condition.compare, (answer->text == "true") <=> *truth);
  }
  if (const Decimal* number = std::get_if<Decimal>(&condition.value)) {
    const auto given = answer->kind == AnswerKind::kNumber ? Decimal::Of(answer->number)
                                                           : DecimalInText(answer->text);
    return given && Holds(condition.compare, *given <=> *number);
  }
  return Holds(condition.compare, answer->text <=> std::get<std::string>(condition.value));
}

// It is what the form makes of it when it is given.
bool Fits(const Item& item, const Answer& answer) {
  Given given = answer.text;
  if (answer.kind == AnswerKind::kNumber) given = answer.number;
  const auto read = AnswerFrom(item, given);
  return read.ok() && *read == answer;
}

}  // namespace

const Answer* Find(const Answers& answers, std::string_view link_id) {
  const auto found = std::ranges::find(answers, link_id, &Answer::link_id);
  return found == answers.end() ? nullptr : &*found;
}

std::vector<bool> AskedItems(const Form& form, const Answers& answers) {
  std::vector<bool> asked;
  for (const Item& item : form.items) {
    const auto met = [&](const Condition& condition) {
      const std::string& question = form.items[condition.question].link_id;
      const Answer* answer = asked[condition.question] ? Find(answers, question) : nullptr;
      return IsMet(condition, answer);
    };
    const bool by_group = !item.group || asked[*item.group];
    const bool by_itself =
        item.conditions.empty() || (item.any_condition ? std::ranges::any_of(item.conditions, met)
                                                       : std::ranges::all_of(item.conditions, met));
    asked.push_back(by_group && by_itself);
  }
  return asked;
}

Answers OnlyAsked(const Form& form, Answers answers) {
  const std::vector<bool> asked = AskedItems(form, answers);
  for (std::size_t i = 0; i < form.items.size(); ++i) {
    if (!asked[i]) Remove(answers, form.items[i].link_id);
  }
  return answers;
}

Answers OnlyFitting(const Form& form, const Answers& answers) {
  Answers fitting;
  for (const Item& item : form.items) {
    const Answer* answer = IsQuestion(item) ? Find(answers, item.link_id) : nullptr;
    if (answer != nullptr && Fits(item, *answer)) fitting.push_back(*answer);
  }
  return OnlyAsked(form, std::move(fitting));
}

void Remove(Answers& answers, std::string_view link_id) {
  std::erase_if(answers, [&](const Answer& answer) { return answer.link_id == link_id; });
}

void Put(const Form& form, Answers& answers, Answer answer) {
  Remove(answers, answer.link_id);
  Answers ordered;
  for (const Item& item : form.items) {
    if (item.link_id == answer.link_id) ordered.push_back(answer);
    if (const Answer* other = Find(answers, item.link_id)) ordered.push_back(*other);
  }
  answers = std::move(ordered);
}

absl::StatusOr<Answers> FillForm(const Form& form, const GivenAnswers& given) {
  for (const auto& [link_id, value] : given) {
    const Item* item = form.Find(link_id);
    if (item != nullptr && IsQuestion(*item)) continue;
    return Refuse(Reason::kMalformedField, "answers." + link_id.substr(0, 64),
                  "is not a question of this form; it asks " + QuestionsInWords(form));
  }
  Answers answers;
  for (const Item& item : form.items) {
    const auto value = given.find(item.link_id);
    if (value == given.end()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(auto answer, AnswerFrom(item, value->second));
    if (answer) answers.push_back(*std::move(answer));
  }
  const std::vector<bool> asked = AskedItems(form, answers);
  for (std::size_t i = 0; i < form.items.size(); ++i) {
    const std::string& link_id = form.items[i].link_id;
    if (asked[i] || Find(answers, link_id) == nullptr) continue;
    return Refuse(Reason::kMalformedField, "answers." + link_id,
                  "is not asked with these other answers; leave it out");
  }
  return answers;
}

const Option* ChosenOption(const Item& item, const Answer& answer) {
  const auto found = std::ranges::find(item.options, answer.text, &Option::code);
  const bool is_choice = answer.kind == AnswerKind::kChoice && found != item.options.end();
  return is_choice ? &*found : nullptr;
}

std::string TextOf(const Item& item, const Answer& answer) {
  if (answer.kind == AnswerKind::kNumber) return std::to_string(answer.number);
  if (item.type == ItemType::kBoolean) return answer.text == "true" ? "yes" : "no";
  const Option* option = ChosenOption(item, answer);
  return option == nullptr ? answer.text : option->text;
}

std::vector<std::string> RiskAnswers(const Form& form, const Answers& answers) {
  std::vector<std::string> risky;
  for (const Answer& answer : OnlyAsked(form, answers)) {
    const Item* item = form.Find(answer.link_id);
    const Option* option = item == nullptr ? nullptr : ChosenOption(*item, answer);
    if (option != nullptr && option->risk) risky.push_back(answer.link_id);
  }
  return risky;
}

}  // namespace holdfast::forms
