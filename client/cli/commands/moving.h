// Moving a reply before it is due; the client is told.
#pragma once

#include "client/cli/commands/deciding.h"

namespace holdfast::client::cli {

// The reply to this message, to that time. Shown, and asked, before it is signed.
absl::Status MoveReplyTo(Context& context, Device& device, const MessageView& message,
                         std::uint64_t due_ms, bool yes);

}  // namespace holdfast::client::cli
