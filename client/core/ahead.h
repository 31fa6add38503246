// Writing ahead: sealed when it is written, outside ratchet and chain, so that it
// can wait for months and be taken back. What became of it is told by the ledger and
// by the other side's receipts; until both have spoken the sealed bytes are kept.
#pragma once

#include "client/core/ahead_outlook.h"
#include "client/core/context.h"
#include "client/core/ledgers.h"
#include "client/core/outgoing.h"
#include "client/core/own_device.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client {

// Whether this may be asked for now: what can be said before the practice is asked.
// malformed_field, time_out_of_range, not_permitted, unknown_envelope or quota_exceeded
// naming "release.<field>".
absl::Status CheckAhead(VaultChange& change, const OwnDevice& own, const LedgerBook& book,
                        const BondId& bond, const Condition& condition, std::uint64_t now_ms);

// Seals a message that the change holds and keeps the bytes, to be sent.
absl::Status SealAhead(Context context, VaultChange& change, const OwnDevice& own,
                       const vault::Bond& bond, const EnvelopeId& id,
                       const vault::Message& message);

// Takes it back: at once where it never left this device, else by an act that is
// queued. usage, unknown_envelope, act_superseded.
absl::Status WithdrawAhead(Context context, Ledgers& ledgers, VaultChange& change,
                           const EnvelopeId& id);
// It will not come: what is kept for sending goes.
absl::Status MarkWithdrawn(VaultChange& change, const BondId& bond, const EnvelopeId& id,
                           std::uint64_t at_ms);

// A new entry of the ledger, for what was sealed ahead here.
absl::Status NoteAheadEntry(VaultChange& change, const OwnDevice& own, const LedgerBook& book,
                            const CheckedItem& checked, std::uint64_t now_ms);

// A restored ledger took the place of another one: what that one alone had as released
// waits again.
absl::Status TakeBackReleases(VaultChange& change, const BondId& bond, const LedgerBook& book);

// Adds to a message, before it is sealed, what was released and not yet named as due.
absl::Status NameAheadDue(VaultChange& change, const BondId& bond, Outgoing& outgoing);

// The other side says that it has it.
absl::Status MarkArrived(VaultChange& change, const BondId& bond, const EnvelopeId& id,
                         std::uint64_t now_ms);

}  // namespace holdfast::client
