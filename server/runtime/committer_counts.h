// What the committer has done since it was started, as numbers for the operator. Read by any
// thread; nothing in it waits, and each number is right by itself.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "server/runtime/batch_run.h"
#include "server/runtime/histogram.h"

namespace holdfast::server {

// In microseconds. From what a disk's cache takes to what nobody waits for.
inline constexpr std::array<std::uint64_t, 13> kQuickBoundsUs = {
    500,     1'000,   2'500,     5'000,     10'000,    25'000,    50'000,
    100'000, 250'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
// How late what is due happens: the committer looks at once, and after downtime.
inline constexpr std::array<std::uint64_t, 9> kLatenessBoundsUs = {
    100'000,     1'000'000,     5'000'000,      30'000'000,    60'000'000,
    300'000'000, 3'600'000'000, 21'600'000'000, 86'400'000'000};

// Milliseconds of a clock that no setting moves, from some beginning.
std::int64_t SteadyMs();

class CommitterCounts {
 public:
  using Number = std::atomic<std::uint64_t>;

  // A batch that wrote something is durable; its write and fsync took so long.
  void Written(std::uint64_t sync_us);
  // What it did holds, whether it wrote something or not.
  void Committed(const BatchRun& batch);
  // As `batch` leaves it, at that SteadyMs().
  void Left(const BatchRun& batch, std::int64_t steady_ms);
  // It was not committed, so what it fired is due as it was before.
  void Undone(const BatchRun& batch, std::int64_t steady_ms);
  // For how long the first timer that has not fired has been due; 0 where none is.
  std::uint64_t OverdueMs(std::int64_t steady_ms) const;

  Number batches = 0;   // that wrote something
  Number requests = 0;  // in batches of either kind
  Histogram syncs{kQuickBoundsUs};
  Number timers_fired = 0;  // failed ones included
  // Each attempt; and each batch in which they could not be read, or what they did not stored.
  Number timers_failed = 0;
  Histogram lateness{kLatenessBoundsUs};
  std::atomic<bool> timers_held = false;
  Number promises_made = 0;
  Number promises_kept = 0;
  Number promises_missed = 0;
  Number promises_repaired = 0;

 private:
  std::atomic<std::int64_t> first_due_ms_ = kNothingDue;  // by the same clock
  static constexpr std::int64_t kNothingDue = INT64_MAX;
};

}  // namespace holdfast::server
