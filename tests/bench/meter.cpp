#include "bench/meter.h"

#include <time.h>

#include <stdexcept>

namespace holdfast::bench {
namespace {

double Read(clockid_t clock) {
  timespec now{};
  if (clock_gettime(clock, &now) != 0) throw std::runtime_error("a measured process has ended");
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double CpuOf(pid_t process) {
  clockid_t clock{};
  if (clock_getcpuclockid(process, &clock) != 0) {
    throw std::runtime_error("a measured process has ended");
  }
  return Read(clock);
}

Cost Now(pid_t other) {
  const double others = other == 0 ? 0 : CpuOf(other);
  return {Read(CLOCK_MONOTONIC), Read(CLOCK_PROCESS_CPUTIME_ID) + others, others};
}

}  // namespace

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

Meter::Meter(pid_t other) : other_(other), before_(Now(other)) {}

Cost Meter::Stop() const {
  const Cost after = Now(other_);
  return {after.wall_s - before_.wall_s, after.cpu_s - before_.cpu_s,
          after.other_cpu_s - before_.other_cpu_s};
}

}  // namespace holdfast::bench
