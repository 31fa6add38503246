#include "server/ops/watchdog.h"

#include <cstdlib>

#include "server/runtime/log.h"

namespace holdfast::server {

Watchdog::Watchdog(std::chrono::milliseconds patience, const char* event, int exit_code)
    : thread_([this, patience, event, exit_code] { Wait(patience, event, exit_code); }) {}

void Watchdog::Wait(std::chrono::milliseconds patience, const char* event, int exit_code) {
  const auto end = std::chrono::steady_clock::now() + patience;
  const MutexLock lock(mutex_);
  while (!done_ && changed_.WaitUntil(mutex_, end)) {
  }
  if (done_) return;
  Log(LogLevel::kError, event, {{"after_ms", patience.count()}});
  std::_Exit(exit_code);
}

Watchdog::~Watchdog() {
  {
    const MutexLock lock(mutex_);
    done_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

}  // namespace holdfast::server
