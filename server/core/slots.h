// Slots: the openings that an accepted rhythm makes.
#pragma once

#include "rules/header.h"
#include "server/core/acts.h"

namespace holdfast::server {

absl::Status ProposeRhythm(const Performance& doing);
absl::Status AcceptRhythm(const Performance& doing);
absl::Status EndRhythm(const Performance& doing);

// malformed_field where an envelope names a slot that it cannot be for.
absl::Status CheckSlot(const Header& header);
// A check-in for `slot` is stored now. Fills it if it is open and empty; a check-in
// for any other was written in good faith, and is one all the same.
absl::Status FillSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                      const SlotId& slot, const EnvelopeId& check_in);

// Timers.
absl::Status OpenSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                      std::uint64_t generation);
absl::Status CloseSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                       const SlotId& slot);
// `reminder` is its number, from 1.
absl::Status RemindClient(Context& context, Transaction& transaction, const BondLedger& ledger,
                          const SlotId& slot, std::uint64_t reminder);

}  // namespace holdfast::server
