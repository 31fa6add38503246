// `holdfastd init`.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"

namespace holdfast::server {

// Keys, certificate and configuration in a new directory, each file synced before
// the next, the configuration last. `name` empty: a practice on this machine only.
// On failure nothing stays behind.
absl::Status InitPractice(const std::filesystem::path& data, const std::string& name);

}  // namespace holdfast::server
