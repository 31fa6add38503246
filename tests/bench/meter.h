// What some work took: by the clock on the wall, and as the CPU time of whole
// processes, all their threads and the kernel's work for them included.
#pragma once

#include <sys/types.h>

#include <chrono>

namespace holdfast::bench {

struct Cost {
  double wall_s = 0;
  double cpu_s = 0;        // of all measured processes
  double other_cpu_s = 0;  // of the other one alone
};

double Seconds(std::chrono::steady_clock::duration duration);

class Meter {
 public:
  // Of this process, and of `other` as well unless it is 0. Starts now.
  explicit Meter(pid_t other = 0);
  Cost Stop() const;

 private:
  pid_t other_;
  Cost before_;
};

}  // namespace holdfast::bench
