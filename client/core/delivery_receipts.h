// The end-to-end signs between devices: "arrived" goes along with the chain heads
// of whatever is sent next, "opened" in a receipt of its own, and a beacon tells
// at most once a day that a device is there. None of them is answered by another.
#pragma once

#include "client/core/context.h"
#include "client/core/outgoing.h"
#include "client/core/own_device.h"
#include "crypto/chain.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client {

// One receipt for each bond that owes one and has nothing else to send, and a
// beacon where a day has passed without a sign; at most one a day while the other
// side confirms none of them. Adds to the outbox and commits.
absl::Status QueueReceipts(Context context);

// Builds what a queued receipt or beacon says, now that it is sealed: the opened
// messages that were not told yet, oldest first; they count as told.
absl::StatusOr<Outgoing> OutgoingForDevices(VaultChange& change, const BondId& bond,
                                            const EnvelopeId& id, Kind kind, std::uint64_t now_ms);

// What the other side says it opened, and what sealed ahead it has; only own messages
// of this bond are heeded.
absl::Status TakeOpened(VaultChange& change, const BondId& bond, const v1::DeliveryReceipt& receipt,
                        std::uint64_t now_ms);

// An authentic message of the other side says that it holds this device's chain up
// to `head`. Those messages are delivered and their sealed bytes forgotten. A head
// beyond the own chain stops sending in this bond, and in no other: it may be a lie.
// The head of a refused place shows that the practice delivered what it refused.
// Another head at an own place shows that somebody replaced a message.
absl::Status TakeOwnHead(VaultChange& change, vault::Bond& bond, const OwnDevice& device,
                         const crypto::ChainHead& head, std::uint64_t now_ms);

}  // namespace holdfast::client
