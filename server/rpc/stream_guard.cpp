#include "server/rpc/stream_guard.h"

#include <algorithm>

namespace holdfast::server {

bool StreamGuard::IsTooMuch(const StreamCounts& counts, Clock::time_point now) {
  if (now - forgot_ >= kForgetAfter) Forget(now);
  const auto [place, is_new] = known_.try_emplace(counts.connection);
  Known& known = place->second;
  if (is_new) known.seen = now;
  const std::uint64_t broken_off = counts.begun - std::min(counts.begun, counts.finished);
  const std::chrono::duration<double> passed = now - known.seen;
  known.level = std::max(0.0, known.level - kBrokenOffPerSecond * passed.count());
  // Fewer than before: some that were open have ended in order.
  known.level = std::max(
      0.0, known.level + static_cast<double>(broken_off) - static_cast<double>(known.broken_off));
  known.broken_off = broken_off;
  known.seen = now;
  return known.level > kBrokenOffMax;
}

void StreamGuard::Forget(Clock::time_point now) {
  std::erase_if(known_, [&](const auto& known) { return now - known.second.seen >= kForgetAfter; });
  forgot_ = now;
}

}  // namespace holdfast::server
