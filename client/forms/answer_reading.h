// What can be answered, in words: for whoever gave something else.
#pragma once

#include <string>

#include "client/forms/form.h"

namespace holdfast::forms {

// "felt-safety, rest": the names of all questions.
std::string QuestionsInWords(const Form& form);
// "a whole number from 0 to 10", "one of: never, often".
std::string PossibleInWords(const Item& item);

}  // namespace holdfast::forms
