// The items of a form, read and checked.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "client/forms/bounded_json.h"
#include "client/forms/form.h"

namespace holdfast::forms {

// Fills `form.items` from a Questionnaire's "item".
absl::Status ReadItems(const Json& root, Form& form);

// A Coding with a code; `path` is what it stands in.
absl::StatusOr<Coding> CodingIn(const Json& value, const std::string& path);

}  // namespace holdfast::forms
