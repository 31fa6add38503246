// The command for what to do next.
#pragma once

#include <string_view>

#include "client/core/shown/next_step.h"

namespace holdfast::client::cli {

// Follows the refusal's sentence before its full stop; empty where there is nothing to add.
std::string_view StepInWords(NextStep step);

}  // namespace holdfast::client::cli
