// Waiting with a bound: no test waits for ever.
#pragma once

#include <chrono>
#include <thread>

namespace holdfast::test {

// Generous, because a sanitizer on a busy machine is slow; reached only by failures.
inline constexpr std::chrono::seconds kWaitMax{30};
inline constexpr std::chrono::milliseconds kWaitStep{20};

// Whether `condition` became true in time.
template <class Condition>
bool Eventually(Condition condition, std::chrono::milliseconds wait_max = kWaitMax) {
  const auto end = std::chrono::steady_clock::now() + wait_max;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kWaitStep);
  }
  return true;
}

}  // namespace holdfast::test
