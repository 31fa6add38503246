// Keys must not reach the disk by way of a crash.
#pragma once

#include "absl/status/status.h"

namespace holdfast::server {

// No core file, and nothing of this process for other processes of the same user.
absl::Status ForbidCoreDumps();

}  // namespace holdfast::server
