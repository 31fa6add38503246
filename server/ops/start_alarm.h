// Ends a start that hangs for want of memory or threads. It needs neither itself.
#pragma once

namespace holdfast::server {

// One at a time.
class StartAlarm {
 public:
  // Unless destroyed within kStartSeconds, says so on standard error and exits with
  // kExitFailure.
  StartAlarm();
  ~StartAlarm();
  StartAlarm(const StartAlarm&) = delete;
  StartAlarm& operator=(const StartAlarm&) = delete;
};

// The network of a healthy start is up in a fraction of one.
inline constexpr unsigned kStartSeconds = 8;

}  // namespace holdfast::server
