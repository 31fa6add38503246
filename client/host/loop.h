// The one thread of a native front end, as the engine's executor: work that is
// posted, work that waits for its time, and nothing while there is none.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>

#include "client/core/outside/world.h"

namespace holdfast::client {

class Loop final : public Executor {
 public:
  Loop();
  ~Loop() override;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // From any thread.
  void Post(std::function<void()> work) override;
  // On the loop's own thread.
  void After(std::uint64_t delay_ms, std::function<void()> work) override;

  // Runs what is due until `done` says so (true) or `within_ms` have passed (false).
  bool RunUntil(const std::function<bool()>& done, std::uint64_t within_ms);

  // Drops what has not run, where whoever posted it is gone.
  void Forget();

  // For a signal handler: writing 8 bytes to it wakes the loop.
  int wake_fd() const { return wake_fd_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  bool RunOne();
  void Sleep(Time until);

  const int wake_fd_;
  std::mutex mutex_;
  std::deque<std::function<void()>> posted_;
  std::multimap<Time, std::function<void()>> timers_;
};

// Longer than anyone waits; keeps the arithmetic away from its ends.
inline constexpr std::uint64_t kForeverMs = std::uint64_t{100} * 365 * 24 * 3600 * 1000;

}  // namespace holdfast::client
