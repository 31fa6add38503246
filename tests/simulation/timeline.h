// Simulated time: everything that happens is an event on one line, run in order of
// time and, at one time, in the order in which it was planned. This clock is the
// true one; it alone judges what was early.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "rules/limits.h"

namespace holdfast::simulation {

inline constexpr std::uint64_t kWeekMs = 7 * limits::kDayMs;
// Monday, 7 September 2026, 00:00 UTC.
inline constexpr std::uint64_t kBeginMs = 1'788'739'200'000;

class Timeline {
 public:
  using Work = std::function<void()>;

  std::uint64_t now_ms() const { return now_ms_; }
  void At(std::uint64_t at_ms, Work work);
  void After(std::uint64_t delay_ms, Work work) { At(now_ms_ + delay_ms, std::move(work)); }

  // Everything before `until_ms`, unless Stop() is called on the way.
  void RunUntil(std::uint64_t until_ms);
  void Stop() { stopped_ = true; }
  std::uint64_t steps() const { return steps_; }

 private:
  std::uint64_t now_ms_ = kBeginMs;
  std::uint64_t planned_ = 0;
  std::uint64_t steps_ = 0;
  bool stopped_ = false;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Work> events_;
};

}  // namespace holdfast::simulation
