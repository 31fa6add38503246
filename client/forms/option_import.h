// The answers that a question offers.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "client/forms/bounded_json.h"
#include "client/forms/form.h"

namespace holdfast::forms {

// Fills `item.options`; `item` has its type and codes already.
absl::Status ReadOptions(const Json& element, const std::string& path, Item& item);

}  // namespace holdfast::forms
