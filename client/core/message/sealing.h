// From content to bytes on the wire: header, body and one capsule for every
// device of both accounts but this one. The ratchets' new state, the chain's new
// head and the sealed bytes go into one vault change; only after its commit may
// the bytes leave, and every retry sends these bytes.
//
// A place in the chain. Sealing takes the next place. Where the practice refuses
// the bytes, nothing was stored and nobody saw them, so the place is used again:
// by the same message sealed for newer device lists (same envelope id, same
// previous head, new message keys), or, where the refusal is for good, by the next
// message. A practice that lies about it and kept the refused bytes shows two
// messages at one place: the other side raises an alarm, and rightly. The head that
// a refused place would have had is remembered: named by the other side, it shows
// the lie. Ratchet keys
// are never used again in any case.
#pragma once

#include "client/core/ledger/ledger_books.h"
#include "client/core/message/outgoing.h"
#include "client/core/people/own_device.h"
#include "holdfast/v1/mailbox.pb.h"

namespace holdfast::client {

// Seals at the chain's next place. The change then holds everything, `bond`
// included. A client's check-in goes into the slot that is open. integrity where the other
// account's lists are in doubt.
absl::Status SealNext(VaultChange& change, const OwnDevice& own, const HeldLedger& ledger,
                      vault::Bond& bond, const Outgoing& outgoing, std::uint64_t now_ms);

// Whether this device has taken in newer device lists than those that the sealed
// bytes name. A practice that only says so is not worth another seal: each uses up
// message keys that the other side can skip only so many of. integrity as SealNext.
absl::StatusOr<bool> KnowsNewerLists(const VaultReader& reader, const OwnDevice& own,
                                     const vault::Bond& bond, const v1::SendRequest& sealed);

// Seals the chain's newest message again for the device lists known now.
// stale_device_list where later messages already build on it.
absl::Status SealAgain(VaultChange& change, const OwnDevice& own, const HeldLedger& ledger,
                       vault::Bond& bond, std::uint64_t position, std::uint64_t now_ms);

// Gives the newest place back after a refusal for good. False where later
// messages already build on it.
absl::StatusOr<bool> GiveBackPlace(VaultChange& change, vault::Bond& bond, std::uint64_t position);

}  // namespace holdfast::client
