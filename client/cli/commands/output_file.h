// A file that a command writes for its owner.
#pragma once

#include <string>

#include "client/cli/commands/command.h"

namespace holdfast::client::cli {

// A person is asked before something that is there already goes: Declined where they say no.
absl::Status MayReplace(const Context& context, Device& device, const std::string& path);

}  // namespace holdfast::client::cli
