// The end-to-end signs of the other side: what has reached it, and what was opened.
#pragma once

#include "client/core/people/bonds.h"
#include "client/core/people/own_device.h"
#include "client/core/vault/vault.h"
#include "crypto/chain.h"
#include "holdfast/v1/content.pb.h"
#include "rules/header.h"

namespace holdfast::client {

// What the other side says it opened and witnessed, and what sealed ahead it has; only own
// messages of this bond are heeded, and of what was witnessed only the therapist's word, as of no
// later than the receipt was sealed.
absl::Status TakeOpened(VaultChange& change, const BondParties& parties, const Header& header,
                        const v1::DeliveryReceipt& receipt, std::uint64_t now_ms);

// "I have read this, I was here": of several times the earliest holds, in whatever order they
// come. Nothing where `at_ms` is 0.
void PutWitnessed(vault::Message& message, std::uint64_t at_ms);

// A reply to an own message of this bond: it waits for none any more.
// The reply is another own device's: what it answers waits for none any more.
absl::Status TakeOwnReply(VaultChange& change, const vault::Bond& bond, const EnvelopeId& asked,
                          std::uint64_t at_ms);
absl::Status TakeReply(VaultChange& change, const vault::Bond& bond, const EnvelopeId& asked,
                       std::uint64_t now_ms);

// An authentic message of the other side says that it holds this device's chain up
// to `head`. Those messages are delivered and their sealed bytes forgotten, up to the first that
// `by`, the device that says so, cannot have: it had no capsule, and was told no key. A head
// beyond the own chain stops sending in this bond, and in no other: it may be a lie.
// The head of a refused place shows that the practice delivered what it refused.
// Another head at an own place shows that somebody replaced a message.
absl::Status TakeOwnHead(VaultChange& change, vault::Bond& bond, const OwnDevice& device,
                         const crypto::ChainHead& head, const DeviceId& by, std::uint64_t now_ms);

}  // namespace holdfast::client
