// The end-to-end signs that this device gives: "arrived" goes along with the chain
// heads of whatever is sent next, "opened" in a receipt of its own, and a beacon tells
// at most once a day that a device is there. None of them is answered by another.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/message/outgoing.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// One receipt for each bond that owes one and has nothing else to send, and a
// beacon where a day has passed without a sign; at most one a day while the other
// side confirms none of them. Adds to the outbox and commits.
absl::Status QueueReceipts(Context context, Ledgers& ledgers);

// Builds what a queued receipt or beacon says, now that it is sealed: the opened
// messages that were not told yet, oldest first; they count as told.
absl::StatusOr<Outgoing> OutgoingForDevices(VaultChange& change, const BondId& bond,
                                            const EnvelopeId& id, Kind kind, std::uint64_t now_ms);

// A receipt or beacon with this content came to nobody: what it told is told by the next.
absl::Status TellAgain(VaultChange& change, vault::Bond& bond, const Bytes& content);

}  // namespace holdfast::client
