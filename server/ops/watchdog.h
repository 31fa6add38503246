// Ends the process when something takes too long, whatever hangs.
#pragma once

#include <chrono>
#include <thread>

#include "rules/threads/thread_annotations.h"

namespace holdfast::server {

class Watchdog {
 public:
  // Unless destroyed within `patience`, logs `event` and exits with `exit_code`,
  // running no destructor.
  Watchdog(std::chrono::milliseconds patience, const char* event, int exit_code);
  ~Watchdog();

 private:
  void Wait(std::chrono::milliseconds patience, const char* event, int exit_code);

  Mutex mutex_;
  Condition changed_;
  bool done_ HOLDFAST_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace holdfast::server
