// `holdfastd clock confirm`.
#pragma once

#include <filesystem>
#include <functional>

#include "absl/status/statusor.h"
#include "server/runtime/committer.h"

namespace holdfast::server {

inline constexpr const char* kClockConfirm = "clock confirm";  // the admin socket's command

// The machine's clock is right: held timers go on by it. In the holdfastd that
// serves the directory, or in its store where none does. The answer is the time
// that was confirmed, in milliseconds.
absl::StatusOr<std::string> ConfirmClock(const std::filesystem::path& data);

// The serving side. `done` runs on the committer's thread.
void ConfirmClockWhileServing(Committer& committer,
                              const std::function<void(absl::StatusOr<std::string>)>& done);

// What the log says when timers are held, or go on.
void LogClock(ClockState state);

}  // namespace holdfast::server
