// The whole history, one message after the other: what is held of it meanwhile is a place of
// about 100 bytes for each message that is meant, and one message.
#pragma once

#include <functional>
#include <vector>

#include "client/core/ledger/ledgers.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/drafts.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/vault.h"

namespace holdfast::client {

// Bond by bond, in the order of each, oldest first. `take` answers false to stop; an error
// stops as well and is the result.
using TakeMessage = std::function<absl::StatusOr<bool>(MessageView message)>;
absl::Status ReadHistory(const VaultReader& reader, Ledgers& ledgers, const OwnDevice& own,
                         const HistoryQuery& query, std::uint64_t now_ms, const TakeMessage& take);

// The message, what it answers, what that answers, and all replies to any of these, in the
// order of their bond. unknown_envelope.
absl::StatusOr<std::vector<MessageView>> ReadThread(const VaultReader& reader, Ledgers& ledgers,
                                                    const OwnDevice& own, const EnvelopeId& id,
                                                    std::uint64_t now_ms);

}  // namespace holdfast::client
