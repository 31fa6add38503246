#include "server/ops/watchdog.h"

#include <cstdlib>

#include "server/runtime/log.h"

namespace holdfast::server {

Watchdog::Watchdog(std::chrono::milliseconds patience, const char* event, int exit_code)
    : thread_([this, patience, event, exit_code] {
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, patience, [this] { return done_; })) return;
        Log(LogLevel::kError, event, {{"after_ms", patience.count()}});
        std::_Exit(exit_code);
      }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

}  // namespace holdfast::server
