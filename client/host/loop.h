// The one thread of a native front end, as the engine's executor: work that is
// posted, work that waits for its time, what others have to say, and nothing while there is none.
#pragma once

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "client/core/outside/world.h"

namespace holdfast::client {

// Something outside that the loop also waits for, beside its own work.
class LoopSource {
 public:
  using Time = std::chrono::steady_clock::time_point;

  virtual ~LoopSource() = default;
  virtual int fd() = 0;                         // -1: nothing just now
  virtual short events() = 0;                   // as poll() has them
  virtual Time until() { return Time::max(); }  // when it wants to be called all the same
  // One of these has come. It does not wait, and attaches or detaches nothing.
  virtual void Ready() = 0;
};

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

  // On the loop's own thread, until it is detached.
  void Attach(LoopSource& source) { sources_.push_back(&source); }
  void Detach(LoopSource& source) { std::erase(sources_, &source); }

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
  void HearSources(const std::vector<pollfd>& polled);

  const int wake_fd_;
  std::mutex mutex_;
  std::deque<std::function<void()>> posted_;
  std::multimap<Time, std::function<void()>> timers_;
  std::vector<LoopSource*> sources_;
};

// Longer than anyone waits; keeps the arithmetic away from its ends.
inline constexpr std::uint64_t kForeverMs = std::uint64_t{100} * 365 * 24 * 3600 * 1000;

}  // namespace holdfast::client
