#include "simulation/timeline.h"

#include <algorithm>

namespace holdfast::simulation {

void Timeline::At(std::uint64_t at_ms, Work work) {
  events_.emplace(std::pair(std::max(at_ms, now_ms_), ++planned_), std::move(work));
}

void Timeline::RunUntil(std::uint64_t until_ms) {
  while (!stopped_ && !events_.empty() && events_.begin()->first.first < until_ms) {
    auto event = events_.extract(events_.begin());
    now_ms_ = event.key().first;
    ++steps_;
    event.mapped()();
  }
  if (!stopped_) now_ms_ = std::max(now_ms_, until_ms);
}

}  // namespace holdfast::simulation
