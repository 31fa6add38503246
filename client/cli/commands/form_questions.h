// A form at the terminal: one question at a time, forwards and back. Everything can be left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/terminal/line_editing.h"
#include "client/forms/answers.h"
#include "client/forms/form.h"

namespace holdfast::client::cli {

// What can be answered instead of a number: words as they are shown, or a name.
using ChoiceNames = std::vector<std::vector<std::string>>;

// The number, from 1 on, of the choice that is meant: by its number, by one of its names, or by a
// beginning that no other has; in any case.
std::optional<std::int64_t> ChoiceMeant(std::string_view answer, const ChoiceNames& choices);

struct FormAsked {
  // Questions that have no answer which must not wait are passed over.
  bool only_safety = false;
  // Shown at once where an answer must not wait, before anything is sent.
  std::string what_to_do;
};

// The answers so far are in `answers`, however it ends; those that were there are shown and kept by
// Enter alone. In them are only those that are asked for with the others.
Typed::End AskForm(const forms::Form& form, const FormAsked& how, forms::Answers& answers);

// How to answer: the keys, in a sentence or two.
std::string_view HowToAnswer();

}  // namespace holdfast::client::cli
