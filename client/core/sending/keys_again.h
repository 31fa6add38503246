// For devices that were listed after a message was sealed and before it arrived: its key once more,
// through the ratchet. So nobody is told that a message waits for a device that is gone.
#pragma once

#include "client/core/vault/context.h"
#include "client/core/vault/vault.h"
#include "holdfast/v1/mailbox.pb.h"

namespace holdfast::client {

// Where the other side's list has grown: queues the keys of this device's messages that are
// not known to have arrived. Adds to the outbox and commits.
absl::Status QueueKeysAgain(Context context);
// Whether the practice has taken what leaves out a device of the newest list of either side, as it
// takes what a backup lost: then its key is queued the next time, and it is kept until that.
absl::StatusOr<bool> KeysAreDue(const VaultReader& reader, vault::Bond& bond,
                                const v1::SendRequest& request);

// A control message was sealed at that place of the chain: where it tells keys, what they open
// notes it.
absl::Status NoteKeysSealed(VaultChange& change, const BondId& bond, const Bytes& content,
                            std::uint64_t position);

}  // namespace holdfast::client
