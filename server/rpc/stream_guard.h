// Who begins streams and breaks them off, far more than a device ever does, is cut off:
// gRPC holds memory and time for each of them, however short it was.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>

#include "server/rpc/stream_counts.h"

namespace holdfast::server {

class StreamGuard {
 public:
  using Clock = std::chrono::steady_clock;

  // Whether that connection has begun so many streams that did not end in order that it is
  // to be closed. A connection that is not shown for kForgetAfter is forgotten.
  bool IsTooMuch(const StreamCounts& counts, Clock::time_point now);

  std::size_t count() const { return known_.size(); }

 private:
  struct Known {
    std::uint64_t broken_off = 0;
    double level = 0;  // of them, what time has not made up for
    Clock::time_point seen;
  };

  void Forget(Clock::time_point now);

  std::map<std::int64_t, Known> known_;
  Clock::time_point forgot_{};
};

// Streams that are open, or ended otherwise than with a status. A device breaks off one
// when its person presses Ctrl-C, and has 32 open at most.
inline constexpr double kBrokenOffMax = 256;
inline constexpr double kBrokenOffPerSecond = 16;
// Longer than all that may be open take to be looked at, a page each time.
inline constexpr std::chrono::seconds kForgetAfter{300};
// How often it is looked, where the process is busy; else there is no hurry.
inline constexpr std::chrono::milliseconds kStreamsLookPeriod{200};
inline constexpr std::chrono::seconds kStreamsIdleLookPeriod{2};
// Of one processor: less than this is not busy.
inline constexpr double kBusyShare = 0.5;

}  // namespace holdfast::server
