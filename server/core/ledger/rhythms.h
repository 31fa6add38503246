// Rhythms: proposed by the therapist, accepted by the client, ended by either.
#pragma once

#include "server/core/ledger/performance.h"

namespace holdfast::server {

absl::Status ProposeRhythm(const Performance& doing);
absl::Status AcceptRhythm(const Performance& doing);
absl::Status EndRhythm(const Performance& doing);

}  // namespace holdfast::server
