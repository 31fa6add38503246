// Forms and what became of them, as documents for programs.
#pragma once

#include "client/cli/words/json_fwd.h"
#include "client/core/shown/shown.h"
#include "client/forms/form.h"

namespace holdfast::client::cli {

// Its questions, with their names for --answers.
Json FormJson(const forms::Form& form);
// {"name","canonical","hash"} of what was answered; null where it is no check-in.
Json AnsweredFormJson(const MessageView& message);

// {"canonical","hash","every_days"} of what a therapist asks for; null where it asks for nothing.
Json AssignedFormJson(const MessageView& message);

}  // namespace holdfast::client::cli
