// Ends the process when something takes too long, whatever hangs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace holdfast::server {

class Watchdog {
 public:
  // Unless destroyed within `patience`, logs `event` and exits with `exit_code`,
  // running no destructor.
  Watchdog(std::chrono::milliseconds patience, const char* event, int exit_code);
  ~Watchdog();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace holdfast::server
