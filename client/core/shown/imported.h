// What an imported history says of itself.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "client/core/shown/shown.h"

namespace holdfast::client {

struct ImportedHistory {
  Identity identity;  // whose it is; no key of theirs is here
  std::vector<BondView> bonds;
  std::uint64_t written_ms = 0;  // when it was exported
  std::optional<std::uint64_t> since_ms, until_ms;
  std::uint64_t imported_ms = 0;
  std::uint64_t messages = 0;
};

}  // namespace holdfast::client
