// Entries of a ledger as they come from the practice: everything that can be said
// of one by itself, before asking whether it follows from those before it.
#pragma once

#include <optional>

#include "client/core/people/bonds.h"
#include "holdfast/v1/ledger.pb.h"
#include "rules/act.h"
#include "rules/ledger.h"

namespace holdfast::client {

struct CheckedItem {
  LedgerEntry entry;
  Hash hash;                        // of the entry's bytes
  std::optional<Act> act;           // kAct only
  Hash act_hash;                    // of the act as signed
  v1::SignedStatement certificate;  // of the act's device; no signature where none is kept
};

// Whether this person's device may sign such an act.
bool MayPerform(ActKind kind, crypto::Role role);

// The proof under a key of the practice, the bond, and an act's signature by a
// device of the account that it names. integrity naming "ledger.<field>".
absl::StatusOr<CheckedItem> CheckItem(const VaultReader& reader, const OwnDevice& own,
                                      const BondParties& parties, const v1::LedgerItem& item);

// From the vault, where it was checked before: vault_damaged.
absl::StatusOr<CheckedItem> StoredItem(const vault::LedgerRecord& record);

}  // namespace holdfast::client
