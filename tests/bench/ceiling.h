// Durable sends against what the machine allows: the transport, the database and
// the disk, each bare, measured in the same rounds.
#pragma once

#include "bench/batch_entry.h"
#include "bench/echo.h"
#include "bench/sends.h"
#include "bench/sync.h"

namespace holdfast::bench {

// Adds the ratios to `table`.
void ReportCeiling(const Echo& echo, const BatchEntry& entry, const Sync& sync, const Sends& sends,
                   Table& table);

}  // namespace holdfast::bench
