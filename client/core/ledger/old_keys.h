// A device of the other side that has not renewed its keys for long: it may be gone, or
// the practice withholds what is newer.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/people/own_device.h"

namespace holdfast::client {

// An alarm, once a prekey, where one is older than limits::kPrekeyWarnMs. Time in which the
// therapist said that they are away does not count, nor what lies before the end of the
// client's pause.
absl::Status SayOldKeys(VaultChange& change, Ledgers& ledgers, const OwnDevice& own,
                        std::uint64_t now_ms);

}  // namespace holdfast::client
