// What Prometheus is told of a practice that serves. Counts and times of the process alone:
// no id, no name, no address, and nothing that would have to be counted in the store, so that
// a scrape costs the same in a practice of any size.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/ops/disk_guard.h"
#include "server/rpc/call_counts.h"
#include "server/rpc/connection_counts.h"
#include "server/runtime/committer_counts.h"

namespace holdfast::server {

// At the moment of a scrape; what it points to must outlive the call.
struct MetricsFacts {
  std::string version;
  std::uint64_t started_at_ms = 0;      // by the wall clock
  std::uint64_t last_backup_at_ms = 0;  // 0: never
  const CallCounts& calls;
  const ConnectionCounts& connections;
  const CommitterCounts& committer;
  std::uint64_t waiting = 0;        // requests
  std::uint64_t overdue_ms = 0;     // the first timer that has not fired
  std::uint64_t subscriptions = 0;  // devices that listen
  DiskReading disk;
};

std::string WriteMetrics(const MetricsFacts& facts);

}  // namespace holdfast::server
