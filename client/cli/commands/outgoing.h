// A message on its way out: kept first, then sent if the practice can be reached.
#pragma once

#include "client/cli/commands/command.h"

namespace holdfast::client::cli {

// Queues the draft and syncs briefly. OK where the message is stored, or where it is
// queued only because the practice is away; says which. `{"message": …}` with --json.
absl::Status SendNow(Context& context, Device& device, const Draft& draft);

// What a person writes: `given` where --text was, else the editor or lines at the
// terminal, else standard input. usage where it is empty.
absl::StatusOr<std::string> Compose(Context& context, const std::optional<std::string>& given);

inline constexpr std::string_view kWhoSeesText =
    "Convenient, but other users of this machine can see it while it runs, and your shell may "
    "keep it in its history";

}  // namespace holdfast::client::cli
