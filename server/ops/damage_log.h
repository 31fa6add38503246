// What the log says of what could not be read or done.
#pragma once

#include <cstdint>
#include <set>
#include <utility>

#include "server/core/core.h"

namespace holdfast::server {

// Tells of each damaged body once, for readers come back to it. Of the committer's threads.
class DamageLog {
 public:
  void Tell(const DamagedBody& body);

 private:
  std::set<std::pair<BondId, std::uint64_t>> told_;
};

void LogTimerFailure(const TimerFailure& failure);

// Damaged bodies that were told of; beyond that, again.
inline constexpr std::size_t kDamagedToldMax = 1024;

}  // namespace holdfast::server
