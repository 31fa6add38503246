// The end-to-end signs that this device gives: "arrived" goes along with the chain heads of
// whatever is sent next, "opened" in a receipt of its own, and where no receipt went for
// limits::kSignMs a beacon does, whatever else was sent. None of them is answered by another.
// A client's marks ride along in both.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/message/outgoing.h"
#include "client/core/vault/context.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client {

// One receipt for each bond that owes one and has nothing else to send, and a beacon where
// limits::kSignMs have passed without either; no more than that while the other side confirms
// none of them, and nothing in one that has ended. Adds to the outbox and commits.
absl::Status QueueReceipts(Context context, Ledgers& ledgers);

// Builds what a queued receipt or beacon says, now that it is sealed: the opened
// and witnessed messages that were not told yet, oldest first; they count as told.
absl::StatusOr<Outgoing> OutgoingForDevices(VaultChange& change, const BondId& bond,
                                            const EnvelopeId& id, Kind kind, std::uint64_t now_ms);

// A receipt with this content came to nobody: what somebody witnessed is told by the next.
void TellWitnessedAgain(VaultChange& change, const vault::Bond& bond, const v1::Content& told);
// Of a receipt or beacon all that it told.
absl::Status TellAgain(VaultChange& change, vault::Bond& bond, const Bytes& content);

}  // namespace holdfast::client
