// Answers to a form: read from what people or programs give, checked against it, and asked only
// where the form asks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "client/forms/form.h"

namespace holdfast::forms {

// How it travels; the form's item says what it is. A boolean is the choice "true" or "false", a
// date and a decimal are text.
enum class AnswerKind : std::uint8_t { kNumber, kText, kChoice };

struct Answer {
  std::string link_id;
  AnswerKind kind = AnswerKind::kText;
  std::int64_t number = 0;  // kNumber
  std::string text;         // kText and kChoice

  bool operator==(const Answer&) const = default;
};
// In the form's order, each linkId once.
using Answers = std::vector<Answer>;

// What a front end read: nothing (or empty text) leaves the question out. A number answers a
// choice by its place from 1 on, where none of its answers has a weight that could be meant.
using Given = std::variant<std::monostate, bool, std::int64_t, std::string>;
using GivenAnswers = std::map<std::string, Given>;

// None where it is left out. malformed_field or too_large naming "answers.<linkId>", with what
// can be answered.
absl::StatusOr<std::optional<Answer>> AnswerFrom(const Item& item, const Given& given);

// All of them or none: malformed_field naming "answers.<linkId>" also where the form does not
// ask that, or not with these other answers.
absl::StatusOr<Answers> FillForm(const Form& form, const GivenAnswers& given);

// Whether each item is asked, by what is answered before it. Answers that are not asked for
// count as not given.
std::vector<bool> AskedItems(const Form& form, const Answers& answers);
// Without those that are not asked for any more.
Answers OnlyAsked(const Form& form, Answers answers);
// Of answers from elsewhere, in the form's order, those that it could have been given: each of its
// item's type, within its bounds, and asked for.
Answers OnlyFitting(const Form& form, const Answers& answers);

const Answer* Find(const Answers& answers, std::string_view link_id);
// In the form's order; in place of an earlier one to the same question.
void Put(const Form& form, Answers& answers, Answer answer);
void Remove(Answers& answers, std::string_view link_id);

// The option that was chosen; null where it is none of the form's.
const Option* ChosenOption(const Item& item, const Answer& answer);
// As people read it; as it travels where the form does not know it.
std::string TextOf(const Item& item, const Answer& answer);

// The questions that are answered so that it must not wait.
std::vector<std::string> RiskAnswers(const Form& form, const Answers& answers);

}  // namespace holdfast::forms
