// When a question is asked: FHIR's enableWhen.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "client/forms/bounded_json.h"
#include "client/forms/form.h"

namespace holdfast::forms {

// Fills `item.conditions`. They name questions that are in `form` already, so there is no circle.
absl::Status ReadConditions(const Json& element, const std::string& path, const Form& form,
                            Item& item);

}  // namespace holdfast::forms
