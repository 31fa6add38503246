// Refusals that more than one part of the server gives.
#pragma once

#include "absl/status/status.h"

namespace holdfast::server {

// Nothing was stored, for want of room.
absl::Status StorageFull();

}  // namespace holdfast::server
