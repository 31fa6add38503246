// The end of a device's mailbox: what waits in it is nobody's any more.
#pragma once

#include "server/core/engine/context.h"

namespace holdfast::server {

// The device came off its account's list. Nothing in its mailbox is read again; the rows go
// in steps, by timers. Whoever follows it is woken, and told by its next read. Positions go on
// from here, should it be listed again.
absl::Status EndMailbox(Context& context, Transaction& transaction, const DeviceId& device);

// Erases at most kSweepEntriesMax rows of each kind, and arms the next step where more are left.
// What came after the device was listed again stays.
absl::Status SweepMailbox(Context& context, Transaction& transaction, const DeviceId& device);

}  // namespace holdfast::server
