// Moving a reply before it is due: promise and next.
#pragma once

#include "client/cli/commands/deciding.h"

namespace holdfast::client::cli {

// The reply to `message` will come at `to_ms`; what is signed is shown, and asked. `device`
// outlives it.
Deciding MoveOfReply(Device& device, const MessageView& message, std::uint64_t to_ms, bool yes);

}  // namespace holdfast::client::cli
