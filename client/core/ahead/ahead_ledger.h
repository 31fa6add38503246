// What a bond's ledger says of what was sealed ahead here.
#pragma once

#include "client/core/ledger/ledger_listener.h"

namespace holdfast::client {

class AheadLedger final : public LedgerListener {
 public:
  // Released, withdrawn, or over with its bond. What cannot be true raises an alarm.
  absl::Status TakeEntry(VaultChange& change, const OwnDevice& own, const LedgerBook& book,
                         const CheckedItem& checked, std::uint64_t now_ms) override;
  // What the other past alone had as released waits again.
  absl::Status TakeOtherPast(VaultChange& change, const BondId& bond,
                             const LedgerBook& book) override;
};

}  // namespace holdfast::client
