// watch --notify: that something waits, as notices on the person's desktop, and nothing of it shown
// or marked as shown.
#pragma once

#include "client/cli/commands/command.h"

namespace holdfast::client::cli {

struct NotifyingOptions {
  bool by_reason = false;
  bool when_unlocked = false;
};

absl::Status Notify(Context& context, const NotifyingOptions& options);

}  // namespace holdfast::client::cli
