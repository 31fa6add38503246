// Marks of "that landed badly", where commands show them and ask about them.
#pragma once

#include <optional>
#include <vector>

#include "client/cli/command.h"
#include "client/cli/output.h"
#include "client/cli/words.h"

namespace holdfast::client::cli {

struct ShownRupture {
  RuptureView mark;
  std::optional<MessageView> message;  // none where it has not reached this device
};

// Open ones, oldest first; of one bond where it is given.
absl::StatusOr<std::vector<ShownRupture>> OpenRuptures(Engine& engine,
                                                       const std::optional<BondId>& bond);
// A paragraph each; empty where there are none.
std::string RupturesInWords(const Words& words, const std::vector<ShownRupture>& ruptures);
Json RupturesJson(const std::vector<ShownRupture>& ruptures);

// Asks the client at the terminal about the open ones, the oldest
// kRupturesAskedMax first, and does what they say.
inline constexpr std::size_t kRupturesAskedMax = 3;
absl::Status AskAboutRuptures(Context& context, Device& device, const Words& words,
                              const BondId& bond);

}  // namespace holdfast::client::cli
