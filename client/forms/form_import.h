// Reading a form: a FHIR R4 Questionnaire, whole or not at all.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "client/forms/form.h"

namespace holdfast::forms {

// malformed_field or too_large naming the element, e.g. "item[2].enableWhen[0].question", with
// what is not supported or not right. What comes back has at least one question, each linkId
// once, and depends only on what is asked before.
absl::StatusOr<FormRef> ParseForm(std::string_view bytes);

}  // namespace holdfast::forms
