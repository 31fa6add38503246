#include "client/cli/words/form_words.h"

#include <algorithm>

#include "client/cli/words/text.h"
#include "client/cli/words/words.h"
#include "client/forms/score.h"
#include "client/forms/shipped.h"

namespace holdfast::client::cli {
namespace {

// What stands in the field of version 0.1.0: the form's version where it is a plain number, else 1.
std::uint32_t NumberOf(const std::string& version) {
  constexpr std::size_t kDigitsMax = 9;
  std::uint32_t number = 0;
  for (const char c : version) {
    if (c < '0' || c > '9' || version.size() > kDigitsMax) return 1;
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return std::max(number, std::uint32_t{1});
}

std::string Days(std::uint32_t days) {
  constexpr std::uint32_t kWeek = 7;
  if (days == 1) return "day";
  if (days == kWeek) return "week";
  return days % kWeek == 0 ? std::to_string(days / kWeek) + " weeks"
                           : std::to_string(days) + " days";
}

std::string RawText(const v1::Answer& answer) {
  if (answer.has_number()) return std::to_string(answer.number());
  return answer.has_text() ? answer.text() : answer.choice();
}

forms::Answer ReadAnswer(const v1::Answer& answer) {
  using Kind = forms::AnswerKind;
  if (answer.has_number()) return {answer.link_id(), Kind::kNumber, answer.number(), ""};
  if (answer.has_choice()) return {answer.link_id(), Kind::kChoice, 0, answer.choice()};
  return {answer.link_id(), Kind::kText, 0, answer.text()};
}

const forms::Item* ItemOf(const forms::FormRef& form, const v1::Answer& answer) {
  return form ? form->Find(answer.link_id()) : nullptr;
}

}  // namespace

forms::FormRef FormOf(const v1::CheckIn& check_in, const std::vector<forms::FormRef>& known) {
  if (check_in.form_hash().empty()) {
    return forms::ShippedByNumber(check_in.form(), check_in.form_version());
  }
  const auto hash = Hash::From(check_in.form_hash(), "check_in.form_hash");
  if (!hash.ok()) return nullptr;
  if (auto shipped = forms::ShippedByHash(*hash)) return shipped;
  const auto found =
      std::ranges::find_if(known, [&](const forms::FormRef& form) { return form->hash == *hash; });
  return found == known.end() ? nullptr : *found;
}

void PutForm(const forms::Form& form, v1::CheckIn& check_in) {
  check_in.set_form(form.name);
  check_in.set_form_version(NumberOf(form.version));
  check_in.set_canonical(form.Canonical());
  check_in.set_form_hash(form.hash.str());
}

forms::Answers AnswersIn(const v1::CheckIn& check_in) {
  forms::Answers answers;
  for (const v1::Answer& answer : check_in.answers()) answers.push_back(ReadAnswer(answer));
  return answers;
}

void PutAnswers(const forms::Form& form, const forms::Answers& answers, v1::CheckIn& check_in) {
  check_in.clear_answers();
  for (const forms::Answer& answer : answers) {
    v1::Answer& put = *check_in.add_answers();
    put.set_link_id(answer.link_id);
    switch (answer.kind) {
      case forms::AnswerKind::kNumber:
        put.set_number(answer.number);
        break;
      case forms::AnswerKind::kText:
        put.set_text(answer.text);
        break;
      case forms::AnswerKind::kChoice:
        put.set_choice(answer.text);
        break;
    }
  }
  check_in.clear_risk();
  for (const std::string& link_id : forms::RiskAnswers(form, answers)) check_in.add_risk(link_id);
}

v1::CheckIn BlankCheckIn(const forms::Form& form) {
  v1::CheckIn check_in;
  PutForm(form, check_in);
  return check_in;
}

std::string QuestionText(const forms::FormRef& form, const v1::Answer& answer) {
  const forms::Item* const item = ItemOf(form, answer);
  return item == nullptr ? answer.link_id() : item->text;
}

std::string AnswerText(const forms::FormRef& form, const v1::Answer& answer) {
  const forms::Item* const item = ItemOf(form, answer);
  return item == nullptr ? RawText(answer) : forms::TextOf(*item, ReadAnswer(answer));
}

std::string AnswersInWords(const v1::CheckIn& check_in, const forms::FormRef& form) {
  std::string text;
  for (const v1::Answer& answer : check_in.answers()) {
    text += PrintableLine(QuestionText(form, answer)) + "\n    " +
            PrintableLine(AnswerText(form, answer)) + "\n";
  }
  if (!form && !text.empty()) {
    text += "(The form is not on this device: these are its names and codes.)\n";
  }
  return text;
}

std::string ScoreInWords(const v1::CheckIn& check_in, const forms::FormRef& form) {
  if (!form) return "";
  const forms::Score score = forms::ScoreOf(*form, AnswersIn(check_in));
  const std::string name =
      PrintableLine(form->score_name.empty() ? form->title + " total" : form->score_name);
  if (score.state == forms::ScoreState::kNone) return "";
  if (score.state == forms::ScoreState::kUnscored) {
    return name + ": not added up, because something that counts is left out.";
  }
  std::string text = name + ": " + TextOf(score.total) + " (of " + TextOf(score.lowest) + " to " +
                     TextOf(score.highest) + ")";
  if (!score.band.empty()) text += ", " + PrintableLine(score.band);
  return text + ". It is a screen, and no diagnosis.";
}

std::string AssignmentInWords(const MessageView& message, bool is_client,
                              const std::vector<forms::FormRef>& known) {
  if (!message.content || !message.content->has_form_assignment()) return "";
  const v1::FormAssignment& assigned = message.content->form_assignment();
  const auto same = [&](const forms::FormRef& form) {
    return form->Canonical() == assigned.canonical();
  };
  std::string title = PrintableLine(assigned.canonical()), name;
  for (const auto* group : {&forms::ShippedForms(), &known}) {
    const auto found = std::ranges::find_if(*group, same);
    if (found == group->end()) continue;
    title = "\"" + PrintableLine((*found)->title) + "\"";
    name = PrintableLine((*found)->name);
  }
  if (assigned.form().empty()) {
    return is_client ? "The form " + title + " is not asked for any more."
                     : "You ask for the form " + title + " no more.";
  }
  const std::string every = title + ", " + EveryInWords(assigned.every_days());
  if (!is_client) return "You ask for the form " + every + ".";
  return "Your therapist asks for the form " + every +
         (name.empty() ? "." : ": holdfast checkin " + name + ".") +
         " Everything in it may be left out, and so may the form.";
}

std::string EveryInWords(std::uint32_t days) { return "every " + Days(days); }

std::string PeriodInWords(std::uint32_t days) { return days == 0 ? "" : "the past " + Days(days); }

}  // namespace holdfast::client::cli
