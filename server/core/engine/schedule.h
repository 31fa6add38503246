// When the next timer is due, kept in memory so that a batch without timers reads
// nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace holdfast::server {

// Instead of a due time: none.
inline constexpr std::uint64_t kNoTimerMs = ~std::uint64_t{0};

// What a batch that was not committed said of it is forgotten.
class TimerSchedule {
 public:
  void BatchBegins() { in_batch_ = committed_; }
  void BatchCommitted() { committed_ = in_batch_; }

  // The earliest due time; nothing while it is not known and must be looked for.
  std::optional<std::uint64_t> next_ms() const { return in_batch_; }
  void Armed(std::uint64_t due_ms) {
    armed_ms_ = std::min(armed_ms_, due_ms);
    if (in_batch_) in_batch_ = std::min(*in_batch_, due_ms);
  }
  void Looked(std::uint64_t next_ms) {
    in_batch_ = next_ms;
    armed_ms_ = kNoTimerMs;
  }
  // The earliest that was armed since somebody looked.
  std::uint64_t armed_ms() const { return armed_ms_; }

 private:
  std::optional<std::uint64_t> committed_;
  std::optional<std::uint64_t> in_batch_;
  std::uint64_t armed_ms_ = kNoTimerMs;
};

}  // namespace holdfast::server
