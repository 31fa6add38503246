// What the answers to a form add up to. Unscored is a state of its own, and never 0.
#pragma once

#include <cstdint>
#include <string>

#include "client/forms/answers.h"
#include "client/forms/form.h"

namespace holdfast::forms {

enum class ScoreState : std::uint8_t {
  kNone,      // nothing in this form adds up
  kUnscored,  // something that adds up is left out, or was answered without a weight
  kScored,
};

struct Score {
  ScoreState state = ScoreState::kNone;
  Decimal total;            // kScored only
  Decimal lowest, highest;  // that the questions that were asked could give
  std::string band;         // may be empty
};

// The sum of the weights of the choices, over the questions that are asked and can have one.
Score ScoreOf(const Form& form, const Answers& answers);

}  // namespace holdfast::forms
