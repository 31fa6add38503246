#include "client/cli/commands/form_questions.h"

#include <algorithm>
#include <iostream>

#include "client/cli/terminal/input.h"
#include "client/cli/words/columns.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "client/forms/answer_reading.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Answers that make no sense before a question counts as left out.
constexpr int kQuestionTriesMax = 3;

void ShowFitted(std::string_view text) { std::cerr << Fitted(text, PromptColumns()) << "\n"; }

struct QuestionStep {
  enum class Kind : std::uint8_t { kAnswered, kAsItWas, kLeftOut, kBack, kEnds };
  Kind kind = Kind::kAsItWas;
  std::optional<forms::Answer> answer;  // kAnswered
  Typed::End end = Typed::End::kDone;   // kEnds
};

bool TakesWords(const forms::Item& item) { return item.type == forms::ItemType::kText; }

// Where a number is the answer, 0 may be one.
bool HasZero(const forms::Item& item) {
  return item.type == forms::ItemType::kInteger || item.type == forms::ItemType::kDecimal;
}

std::string_view LeavesOut(const forms::Item& item) {
  return HasZero(item) || TakesWords(item) ? "-" : "0";
}

ChoiceNames ChoicesOf(const forms::Item& item) {
  if (item.type == forms::ItemType::kBoolean) return {{"yes", "true"}, {"no", "false"}};
  ChoiceNames names;
  for (const forms::Option& option : item.options) names.push_back({option.text, option.code});
  return names;
}

// On one line where that fits, else one below the other.
void ShowChoices(const ChoiceNames& names) {
  std::string line, list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string one = std::to_string(i + 1) + " " + PrintableLine(names[i].front());
    line += (i == 0 ? "  " : "   ") + one;
    list += (i == 0 ? "  " : "\n  ") + one;
  }
  ShowFitted(ColumnsIn(line) <= PromptColumns() ? line : list);
}

std::string WhatIsPossible(const forms::Item& item) {
  const bool lists =
      item.type == forms::ItemType::kChoice || item.type == forms::ItemType::kBoolean;
  return lists ? "A number from 1 to " + std::to_string(ChoicesOf(item).size()) +
                     ", or the words beside it"
               : "Please answer with " + forms::PossibleInWords(item);
}

// None where it is no answer to this.
std::optional<forms::Answer> AnswerMeant(const forms::Item& item, const std::string& typed) {
  const ChoiceNames names = ChoicesOf(item);
  if (names.empty()) {
    auto read = forms::AnswerFrom(item, typed);
    return read.ok() ? *std::move(read) : std::nullopt;
  }
  const auto chosen = ChoiceMeant(typed, names);
  if (!chosen) return std::nullopt;
  const auto place = static_cast<std::size_t>(*chosen - 1);
  const std::string code = item.options.empty() ? names[place].back() : item.options[place].code;
  return forms::Answer{item.link_id, forms::AnswerKind::kChoice, 0, code};
}

bool IsBack(const forms::Item& item, const std::string& typed) {
  if (typed == "<") return true;
  const std::string word = PlainWords(typed);
  if (TakesWords(item) || (word != "b" && word != "back")) return false;
  return !AnswerMeant(item, typed);  // an answer of the form's own may begin so
}

QuestionStep AskQuestion(const forms::Item& item, const std::string& before) {
  const std::string prompt =
      before.empty() || TakesWords(item)
          ? "  > "
          : "  (" + before + "; " + std::string(LeavesOut(item)) + " leaves it out) > ";
  for (int i = 0; i < kQuestionTriesMax; ++i) {
    const Typed typed = AskForLine(prompt, TakesWords(item) ? before : "");
    if (typed.end != Typed::End::kDone) return {QuestionStep::Kind::kEnds, {}, typed.end};
    const std::string said = Trimmed(typed.text);
    if (IsBack(item, said)) return {QuestionStep::Kind::kBack, {}, {}};
    if (said == LeavesOut(item)) return {QuestionStep::Kind::kLeftOut, {}, {}};
    if (said.empty())
      return {
          TakesWords(item) ? QuestionStep::Kind::kLeftOut : QuestionStep::Kind::kAsItWas, {}, {}};
    if (auto answer = AnswerMeant(item, said))
      return {QuestionStep::Kind::kAnswered, std::move(answer), {}};
    ShowFitted(WhatIsPossible(item) + "; Enter alone " +
               (before.empty() ? "leaves it out." : "keeps it as it was."));
  }
  return {QuestionStep::Kind::kAsItWas, {}, {}};
}

// Going through the items, with the way back.
class FormWalk {
 public:
  FormWalk(const forms::Form& form, const FormAsked& how, forms::Answers& answers)
      : form_(form), how_(how), answers_(answers) {}

  Typed::End Go() {
    while (at_ < form_.items.size()) {
      const forms::Item& item = form_.items[at_];
      if (!IsShown(at_)) {
        ++at_;
      } else if (!forms::IsQuestion(item)) {
        if (!item.text.empty()) ShowFitted("\n" + PrintableLine(item.text));
        ++at_;
      } else if (const Typed::End end = AskItem(item); end != Typed::End::kDone) {
        return end;
      }
    }
    return Typed::End::kDone;
  }

 private:
  bool IsShown(std::size_t place) const {
    if (!forms::AskedItems(form_, answers_)[place]) return false;
    return !how_.only_safety || forms::IsRisky(form_.items[place]);
  }

  // "3 of 9" as things stand: an answer may bring more, or fewer.
  std::string PlaceOf(std::size_t place) const {
    std::size_t before = 0, all = 0;
    for (std::size_t i = 0; i < form_.items.size(); ++i) {
      if (!forms::IsQuestion(form_.items[i]) || !IsShown(i)) continue;
      ++all;
      before += i < place ? 1 : 0;
    }
    return all == 1 ? "" : std::to_string(before + 1) + " of " + std::to_string(all) + ": ";
  }

  Typed::End AskItem(const forms::Item& item) {
    ShowFitted("\n" + PlaceOf(at_) + PrintableLine(item.text));
    if (const ChoiceNames names = ChoicesOf(item); !names.empty()) ShowChoices(names);
    const forms::Answer* const known = forms::Find(answers_, item.link_id);
    const std::string before = known == nullptr ? "" : PrintableLine(forms::TextOf(item, *known));
    const QuestionStep step = AskQuestion(item, before);
    if (step.kind == QuestionStep::Kind::kEnds) return step.end;
    if (step.kind == QuestionStep::Kind::kBack) {
      if (way_.empty()) ShowFitted("This is the first question.");
      at_ = way_.empty() ? at_ : way_.back();
      if (!way_.empty()) way_.pop_back();
      return Typed::End::kDone;
    }
    if (step.kind == QuestionStep::Kind::kLeftOut) forms::Remove(answers_, item.link_id);
    if (step.kind == QuestionStep::Kind::kAnswered) {
      forms::Put(form_, answers_, *step.answer);
      const forms::Option* const option = forms::ChosenOption(item, *step.answer);
      // At once: whoever says so may not come to the end of it.
      if (option != nullptr && option->risk) ShowFitted("\n" + how_.what_to_do);
    }
    way_.push_back(at_);
    ++at_;
    return Typed::End::kDone;
  }

  const forms::Form& form_;
  const FormAsked& how_;
  forms::Answers& answers_;
  std::size_t at_ = 0;
  std::vector<std::size_t> way_;  // places of the questions that were passed
};

}  // namespace

std::optional<std::int64_t> ChoiceMeant(std::string_view answer, const ChoiceNames& choices) {
  const std::string wanted = PlainWords(answer);
  if (wanted.empty()) return std::nullopt;
  std::optional<std::int64_t> begins;
  bool one = true;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i + 1);
    if (wanted == std::to_string(number)) return number;
    for (const std::string& name : choices[i]) {
      const std::string known = PlainWords(name);
      if (wanted == known) return number;
      if (!known.starts_with(wanted)) continue;
      one = one && begins.value_or(number) == number;
      begins = number;
    }
  }
  return one ? begins : std::nullopt;
}

Typed::End AskForm(const forms::Form& form, const FormAsked& how, forms::Answers& answers) {
  const Typed::End end = FormWalk(form, how, answers).Go();
  answers = forms::OnlyAsked(form, std::move(answers));
  return end;
}

std::string_view HowToAnswer() {
  return "Enter alone leaves a question out, b goes back to the one before (< where you write in "
         "your own words); Ctrl-D leaves out all the rest, and goes to the end. Nothing is sent "
         "before that, where you see it all once more; Ctrl-C stops, and keeps it as a draft.";
}

}  // namespace holdfast::client::cli
