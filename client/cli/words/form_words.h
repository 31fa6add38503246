// Forms and their answers, between what travels and what people read.
#pragma once

#include <string>
#include <vector>

#include "client/core/shown/shown.h"
#include "client/forms/answers.h"
#include "client/forms/form.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {

// The form that was answered: one that comes along, or of `known`. Null where it is not here.
forms::FormRef FormOf(const v1::CheckIn& check_in, const std::vector<forms::FormRef>& known);

// Names the form in it; its answers are left as they are.
void PutForm(const forms::Form& form, v1::CheckIn& check_in);
forms::Answers AnswersIn(const v1::CheckIn& check_in);
// With those by which somebody says that they are not safe marked.
void PutAnswers(const forms::Form& form, const forms::Answers& answers, v1::CheckIn& check_in);
// Nothing answered yet.
v1::CheckIn BlankCheckIn(const forms::Form& form);

// As they were asked and said; by their codes where the form is not here.
std::string QuestionText(const forms::FormRef& form, const v1::Answer& answer);
std::string AnswerText(const forms::FormRef& form, const v1::Answer& answer);
// A question and its answer in two lines each; by their codes where the form is not here.
std::string AnswersInWords(const v1::CheckIn& check_in, const forms::FormRef& form);
// For a therapist: "PHQ-9 total: 14 of 0 to 27, moderate. It is a screen, and no diagnosis."; empty
// where nothing adds up.
std::string ScoreInWords(const v1::CheckIn& check_in, const forms::FormRef& form);
// What a therapist asks for, as both read it; empty where the message asks for no form.
std::string AssignmentInWords(const MessageView& message, bool is_client,
                              const std::vector<forms::FormRef>& known);
// "every week", "every 2 weeks", "every 30 days".
std::string EveryInWords(std::uint32_t days);
// "the past week", "the past 2 weeks", "the past 30 days"; empty for 0.
std::string PeriodInWords(std::uint32_t days);

}  // namespace holdfast::client::cli
