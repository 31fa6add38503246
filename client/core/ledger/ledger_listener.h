// Who keeps something that hangs on a bond's ledger, and is told of what is taken in.
#pragma once

#include "client/core/ledger/ledger_items.h"
#include "rules/ledger_book.h"

namespace holdfast::client {

// Both write into the change that takes in the ledger; an error means that the vault
// failed.
class LedgerListener {
 public:
  virtual ~LedgerListener() = default;

  // A new entry, checked; `book` counts it already.
  virtual absl::Status TakeEntry(VaultChange& change, const OwnDevice& own, const LedgerBook& book,
                                 const CheckedItem& checked, std::uint64_t now_ms) = 0;
  // After a restored backup another past took the place of the one that was held, and
  // this is its book.
  virtual absl::Status TakeOtherPast(VaultChange& change, const BondId& bond,
                                     const LedgerBook& book) = 0;
};

}  // namespace holdfast::client
