// Answering a message, or what was marked as having landed badly.
#pragma once

#include <optional>
#include <string>

#include "client/cli/commands/command.h"

namespace holdfast::client::cli {

// With the words `given`, or those that a person writes. usage where it is this person's own
// and not marked.
absl::Status ReplyTo(Context& context, Device& device, const MessageView& original,
                     const std::optional<std::string>& given);

}  // namespace holdfast::client::cli
