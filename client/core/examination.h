// The checks of this device: vault, practice, devices, a finding each.
#pragma once

#include <vector>

#include "client/core/exchange.h"
#include "client/core/outside/task.h"
#include "client/core/shown/shown.h"

namespace holdfast::client {

// Connects to the practice, but sends no message. What is not good is a finding,
// not an error.
Task<absl::StatusOr<std::vector<Finding>>> ExamineAll(Context context, Exchange& exchange);

}  // namespace holdfast::client
