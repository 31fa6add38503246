// For devices of the other side that were listed after a message was sealed and before it
// arrived: its key once more, through the ratchet. So nobody is told that a message waits for
// a device that is gone.
#pragma once

#include "client/core/vault/context.h"

namespace holdfast::client {

// Where the other side's list has grown: queues the keys of this device's messages that are
// not known to have arrived. Adds to the outbox and commits.
absl::Status QueueKeysAgain(Context context);

}  // namespace holdfast::client
