// Mailboxes: each device's ordered queue of capsules and service events.
#pragma once

#include "server/core/engine/context.h"

namespace holdfast::server {

// Empty where nothing was ever put into it.
absl::StatusOr<MailboxRecord> LoadMailbox(Transaction& transaction, const DeviceId& device);

// Adds an entry at the end and says where. Where its bond's share is full, the
// oldest of that bond becomes a gap: a sender never waits for a reader. `entry` is
// numbered on the way.
absl::StatusOr<std::uint64_t> AppendToMailbox(Context& context, Transaction& transaction,
                                              const DeviceId& device, MailboxEntryRecord& entry);

// The same for each device of the account's newest list.
absl::Status AppendToAccount(Context& context, Transaction& transaction, const AccountKey& account,
                             MailboxEntryRecord& entry);
// But for one device.
absl::Status AppendToAccountBut(Context& context, Transaction& transaction,
                                const AccountKey& account, const DeviceId& left_out,
                                MailboxEntryRecord& entry);

// Erases what was acknowledged up to `sweep_to`, and notes it in the mailbox's record, which
// the caller saves.
void SweepEntries(Transaction& transaction, const DeviceId& device, MailboxRecord& mailbox,
                  std::uint64_t sweep_to);

// The capsule at a position, while the device has not acknowledged it; else empty.
absl::StatusOr<Bytes> UnacknowledgedCapsule(Transaction& transaction, const DeviceId& device,
                                            std::uint64_t position);

}  // namespace holdfast::server
