// What people are shown of what was written ahead.
#pragma once

#include "client/core/ahead/holding.h"
#include "client/core/ledger/ledgers.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/vault.h"

namespace holdfast::client {

// Fills in view.ahead and, for one's own, the state that follows; nothing for other
// messages. `withdrawing`: envelopes whose withdrawal waits to be sent.
absl::Status ShowAhead(const VaultReader& reader, Ledgers& ledgers, Holding& holding,
                       const vault::Message& message, const std::vector<EnvelopeId>& withdrawing,
                       std::uint64_t now_ms, MessageView& view);

}  // namespace holdfast::client
