// The commands of holdfastd that answer and end, and how all of them speak: answers to
// standard output, what is wrong to standard error.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/ops/command_line.h"

namespace holdfast::server {

// Each returns how to exit (exit_codes.h).
int RunInit(const CommandLine& line);
int RunTherapistAdd(const CommandLine& line);
int RunClockConfirm(const CommandLine& line);
// What `app` takes, as a script for a shell, and as a page for people.
int RunCompletion(const CLI::App& app, const CommandLine& line);
int RunManual(const CLI::App& app);

int Report(const absl::Status& status);
// To standard output, which may be a full disk or a closed pipe: `lost` says what that
// means.
int Say(const std::string& text, const char* lost);

}  // namespace holdfast::server
