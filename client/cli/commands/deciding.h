// What commands that decide something have in common.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/cli/commands/command.h"
#include "rules/zone.h"

namespace holdfast::client::cli {

// What this device's own clock shows.
LocalMs OwnNow();

struct Decided {
  BondId bond;
  ActId id;
};
using Decide = std::function<absl::StatusOr<ActId>(Engine&, const BondView&)>;

// Takes in what is new, decides for the bond that `wanted` names or, where it is
// empty and `all`, for every one that has not ended, sends it, and says what has
// become of it.
absl::Status DecideAndSay(Context& context, Device& device, const std::string& wanted, bool all,
                          const Decide& decide);

}  // namespace holdfast::client::cli
