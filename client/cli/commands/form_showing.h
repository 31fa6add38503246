// A form as it is asked, to be looked at: nothing is sent.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "client/cli/commands/command.h"

namespace holdfast::client::cli {

// With the names that --answers takes. One that comes along needs no profile. usage naming "FORM".
absl::Status ShowNamedForm(Context& context, const std::string& name);

}  // namespace holdfast::client::cli
