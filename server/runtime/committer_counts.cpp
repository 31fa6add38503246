#include "server/runtime/committer_counts.h"

#include <chrono>

namespace holdfast::server {
namespace {

void AddTo(CommitterCounts::Number& number, std::uint64_t count) {
  if (count != 0) number.fetch_add(count, std::memory_order_relaxed);
}

}  // namespace

std::int64_t SteadyMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void CommitterCounts::Written(std::uint64_t sync_us) {
  AddTo(batches, 1);
  syncs.Add(sync_us);
}

void CommitterCounts::Committed(const BatchRun& batch) {
  AddTo(requests, batch.items.size());
  AddTo(timers_fired, batch.fired.count);
  for (const std::uint64_t late_ms : batch.fired.late_ms) lateness.Add(late_ms * 1000);
  timers_held.store(batch.clock != ClockState::kSteady, std::memory_order_relaxed);
  AddTo(promises_made, batch.promises.made);
  AddTo(promises_kept, batch.promises.kept);
  AddTo(promises_missed, batch.promises.missed);
  AddTo(promises_repaired, batch.promises.repaired);
}

void CommitterCounts::Left(const BatchRun& batch, std::int64_t steady_ms) {
  std::int64_t first_due_ms = kNothingDue;
  if (batch.overdue_ms != 0) {
    first_due_ms = steady_ms - static_cast<std::int64_t>(batch.overdue_ms);
  } else if (batch.next_due_ms < kNoTimerMs / 4) {
    first_due_ms = steady_ms + static_cast<std::int64_t>(batch.next_due_ms);
  }
  first_due_ms_.store(first_due_ms, std::memory_order_relaxed);
}

void CommitterCounts::Undone(const BatchRun& batch, std::int64_t steady_ms) {
  if (batch.fired.late_ms.empty()) return;
  const auto late_ms = static_cast<std::int64_t>(batch.fired.late_ms.front());  // due first
  first_due_ms_.store(steady_ms - late_ms, std::memory_order_relaxed);
}

std::uint64_t CommitterCounts::OverdueMs(std::int64_t steady_ms) const {
  const std::int64_t first_due_ms = first_due_ms_.load(std::memory_order_relaxed);
  return steady_ms > first_due_ms ? static_cast<std::uint64_t>(steady_ms - first_due_ms) : 0;
}

}  // namespace holdfast::server
