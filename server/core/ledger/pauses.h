// Pauses: slots that would open within one are skipped; what is owed stays owed; what
// is sealed ahead waits where the client wants that.
#pragma once

#include "server/core/ledger/performance.h"

namespace holdfast::server {

absl::Status PauseBond(const Performance& doing);
absl::Status ResumeBond(const Performance& doing);

}  // namespace holdfast::server
