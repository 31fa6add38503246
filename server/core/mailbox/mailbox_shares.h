// Each bond's share of a device's mailbox: one bond that sends too much pushes out
// nothing but its own oldest entries, and that a bond was formed is never given up.
#pragma once

#include "server/core/engine/context.h"
#include "server/core/records/keys.h"

namespace holdfast::server {

// Before `entry` is written: counts it where it is of a share.
absl::Status CountInShare(Transaction& transaction, const DeviceId& device,
                          MailboxEntryRecord& entry);

// After it was written as the mailbox's newest: gives up the oldest of its share where
// that is full. Capsules given up stay for History until they are acknowledged.
absl::Status KeepShare(Transaction& transaction, const DeviceId& device,
                       const MailboxEntryRecord& entry, MailboxRecord& mailbox);

}  // namespace holdfast::server
