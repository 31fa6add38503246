// Sends through a committer, without the network: as fast as they are answered, or
// at a fixed rate whatever the answers do.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "bench/engine/slot_watch.h"
#include "holdfast/v1/mailbox.pb.h"
#include "server/runtime/committer.h"

namespace holdfast::bench {

// Of its sender, logged in.
struct PreparedSend {
  const v1::SendRequest* request = nullptr;
  server::Caller caller;
};

// Sends a second, with so many in flight, all of them answered.
double ClosedLoop(server::Committer& committer, std::span<const PreparedSend> sends,
                  std::size_t in_flight);

struct TimedSend {
  Steady::time_point due;  // when it was to be sent, whether it could be or not
  Steady::time_point answered;
};
// Until all are sent or `is_over`; returns once all that were sent are answered.
std::vector<TimedSend> OpenLoop(server::Committer& committer, std::span<const PreparedSend> sends,
                                double per_s, const std::function<bool()>& is_over);

}  // namespace holdfast::bench
