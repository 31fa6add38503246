// Slots: the openings that an accepted rhythm makes.
#pragma once

#include "rules/act.h"
#include "rules/header.h"
#include "server/core/ledger/ledger.h"

namespace holdfast::server {

// The rhythm that a ledger's entry embeds.
absl::StatusOr<Rhythm> RhythmAt(Transaction& transaction, const BondLedger& ledger,
                                std::uint64_t entry);
// Arms the rhythm's first slot after `after_ms`, in place of what was armed before.
absl::Status ArmNextSlot(Context& context, Transaction& transaction, BondLedger& ledger,
                         const Rhythm& rhythm, std::uint64_t after_ms);
// No slot opens any more by what was armed before.
void ForgetNextSlot(LedgerHeadRecord& head);

enum class SlotStanding : std::uint8_t {
  kUnknown,  // of no rhythm that is kept or proposed
  kToCome,
  kOpen,
  kFilled,
  kClosedEmpty,
  kPassed,  // it did not open: it was skipped, or came before its rhythm was accepted
};
struct SlotNow {
  SlotStanding standing = SlotStanding::kUnknown;
  Slot slot;  // empty where it is unknown
};
// How things stand at ledger.at_ms, whether its timer has had its turn or not.
absl::StatusOr<SlotNow> LookAtSlot(Transaction& transaction, const BondLedger& ledger,
                                   const SlotId& slot);

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
