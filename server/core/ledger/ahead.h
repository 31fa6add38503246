// Sealed ahead: envelopes that are stored now and released once their condition is
// true, each by a timer of its own. Until then they are their author's alone.
#pragma once

#include <vector>

#include "rules/header.h"
#include "server/core/ledger/performance.h"

namespace holdfast::server {

// What waits in the bond, by position.
struct WaitingAhead {
  std::uint64_t position = 0;
  AheadRecord record;
};
absl::StatusOr<std::vector<WaitingAhead>> ReadWaiting(Transaction& transaction,
                                                      const BondLedger& ledger);

// The envelope at the bond's head was just stored; `true_at_ms` as AheadTrueAt says.
absl::Status KeepAhead(Context& context, Transaction& transaction, BondLedger& ledger,
                       const Header& header, std::uint64_t true_at_ms);

// Something happened that envelopes wait for: a slot, or the miss of an envelope's
// promise, at its own time, not that of the entry that records it.
struct Happened {
  ReleaseWhen when = ReleaseWhen::kNow;
  BytesView subject;
  std::uint64_t at_ms = 0;
};
absl::Status ComeTrue(Context& context, Transaction& transaction, const BondLedger& ledger,
                      const Happened& happened);
// A pause has changed: what is held finds out whether it still is.
absl::Status LookAtHeldAgain(Context& context, Transaction& transaction, const BondLedger& ledger);

absl::Status WithdrawAhead(const Performance& doing);
// The bond has ended: nothing is released any more.
absl::Status EraseAllAhead(Transaction& transaction, BondLedger& ledger);

// Timer.
absl::Status ReleaseAhead(Context& context, Transaction& transaction, BondLedger& ledger,
                          std::uint64_t position);

}  // namespace holdfast::server
