// `holdfastd clock confirm`.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "server/runtime/committer.h"

namespace holdfast::server {

// The admin socket's commands.
inline constexpr const char* kClockConfirm = "clock confirm";
inline constexpr const char* kClockShow = "clock show";

// The machine's clock, and the time that the practice goes by, which waits while the
// machine's is not believed.
struct ClockFacts {
  std::uint64_t machine_ms = 0;
  std::uint64_t practice_ms = 0;
  bool waits = false;
};

// From the holdfastd that serves the directory, or from its store where none does.
absl::StatusOr<ClockFacts> ShowClock(const std::filesystem::path& data);

// The machine's clock is right: held timers go on by it. In the holdfastd that
// serves the directory, or in its store where none does. The answer is the time
// that was confirmed, in milliseconds.
absl::StatusOr<std::string> ConfirmClock(const std::filesystem::path& data);

// Both times with the machine's zone, and how far they are apart, for a person to judge.
std::string DescribeClock(const ClockFacts& facts);

// The serving side. `done` runs on the committer's thread.
void ShowClockWhileServing(Committer& committer,
                           const std::function<void(absl::StatusOr<std::string>)>& done);
void ConfirmClockWhileServing(Committer& committer,
                              const std::function<void(absl::StatusOr<std::string>)>& done);

// What the log says when timers are held, or go on.
void LogClock(ClockState state);
// And of each step, so that a time that was taken wrongly can be found.
void LogClockStep(const ClockStep& step);

// "2026-11-29 18:00:05 CET"
std::string LocalTime(std::uint64_t time_ms);

}  // namespace holdfast::server
