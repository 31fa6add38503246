// A command that stays connected, and lets other commands have the vault whenever they need it.
#pragma once

#include <functional>

#include "client/cli/commands/device.h"

namespace holdfast::client::cli {

struct Staying {
  std::function<absl::Status()> look;  // something may have changed
  // Looked also where nothing changed for about so long, for what time alone changes; 0: never.
  std::uint64_t look_again_ms = 0;
  std::function<void(const absl::Status&)> connection;
  // Whether it is over, beside a signal; asked once in kStayingLookMs at least.
  std::function<bool()> ended;
};
inline constexpr std::uint64_t kStayingLookMs = 10'000;

// Watches until a signal, `ended` or an error. The device may be closed then (Device::is_open()).
absl::Status StayConnected(Device& device, const Staying& staying);

}  // namespace holdfast::client::cli
