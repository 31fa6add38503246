// Writing ahead: sealed when it is written, outside ratchet and chain, so that it
// can wait for months and be taken back. What became of it is told by the ledger and
// by the other side's receipts; until both have spoken the sealed bytes are kept.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/message/outgoing.h"
#include "client/core/people/own_device.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// Seals a message that the change holds and keeps the bytes, to be sent.
absl::Status SealAhead(Context context, VaultChange& change, const OwnDevice& own,
                       const vault::Bond& bond, const EnvelopeId& id,
                       const vault::Message& message);

// Takes it back: at once where it never left this device, by an act that is queued until it is
// released, and after that, where it is held, by a word to the devices that hold it. usage,
// unknown_envelope, act_superseded, bond_ended, vault_rolled_back.
absl::Status WithdrawAhead(Context context, Ledgers& ledgers, VaultChange& change,
                           const EnvelopeId& id);
// Of one that this device sealed: done with, and gone with its key, once the other side has
// it and was told that it was due.
absl::Status PutAhead(VaultChange& change, const BondId& bond, const EnvelopeId& id,
                      const vault::Ahead& ahead);
// It goes, and its key with it, also out of what was not sealed yet.
absl::Status ForgetAhead(VaultChange& change, const BondId& bond, const EnvelopeId& id);
// It will not come: what is kept for sending goes.
absl::Status MarkWithdrawn(VaultChange& change, const BondId& bond, const EnvelopeId& id,
                           std::uint64_t at_ms);

// Adds to a message, before it is sealed, what was released and not yet named as due.
absl::Status NameAheadDue(VaultChange& change, const BondId& bond, Outgoing& outgoing);

// The other side says that it has it.
absl::Status MarkArrived(VaultChange& change, const BondId& bond, const EnvelopeId& id,
                         std::uint64_t now_ms);

}  // namespace holdfast::client
