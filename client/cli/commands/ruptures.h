// Marks of "that landed badly": the open ones, and asking about them.
#pragma once

#include <optional>
#include <vector>

#include "client/cli/commands/command.h"
#include "client/cli/commands/device.h"
#include "client/cli/terminal/output.h"
#include "client/cli/words/words.h"

namespace holdfast::client::cli {

// Open ones, oldest first; of one bond where it is given.
absl::StatusOr<std::vector<ShownRupture>> OpenRuptures(Engine& engine,
                                                       const std::optional<BondId>& bond);

// Asks the client at the terminal about the open ones, the oldest
// kRupturesAskedMax first, and does what they say.
inline constexpr std::size_t kRupturesAskedMax = 3;
absl::Status AskAboutRuptures(Context& context, Device& device, const Words& words,
                              const BondId& bond);

}  // namespace holdfast::client::cli
