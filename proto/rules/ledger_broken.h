// How LedgerBook says that an entry does not follow. Internal to it.
#pragma once

#include <string>
#include <string_view>

#include "rules/errors.h"

namespace holdfast {

inline absl::Status LedgerBroken(std::string_view field, std::string_view message) {
  return Refuse(Reason::kIntegrity, "ledger." + std::string(field), message);
}

}  // namespace holdfast
