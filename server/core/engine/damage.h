// What the store could not read and was passed over, for the operator.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "rules/identifiers.h"

namespace holdfast::server {

struct DamagedBody {
  BondId bond;
  std::uint64_t position = 0;
  absl::Status why;
};

}  // namespace holdfast::server
