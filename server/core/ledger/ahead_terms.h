// What may be sealed ahead, and for what.
#pragma once

#include "holdfast/v1/mailbox.pb.h"
#include "rules/header.h"
#include "server/core/ledger/ledger.h"

namespace holdfast::server {

// What no later change can make right or wrong: a note without capsules.
absl::Status CheckAheadShape(const Header& header, const v1::SendRequest& request);

// When the release condition comes true, as far as is known: its own time, or 0; also
// where nothing is sealed ahead. Refuses a condition that cannot come true any more,
// is too far away or is not this account's to wait for, and one more than
// limits::kAheadWaitingMax. What a restored backup may have lost is taken again: then the
// condition may have come true already.
absl::StatusOr<std::uint64_t> AheadTrueAt(Context& context, Transaction& transaction,
                                          const BondLedger& ledger, const Header& header);

}  // namespace holdfast::server
