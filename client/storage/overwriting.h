// Files that are to be gone: overwritten, synced, and removed.
#pragma once

#include <chrono>
#include <filesystem>

#include "absl/status/status.h"

namespace holdfast::client {

// Zeros over all of a regular file, on the disk before its name goes. OK where there is none. What
// the disk or its file system keeps elsewhere of what stood there is out of reach. storage_failed.
absl::Status OverwriteAndRemove(const std::filesystem::path& file);

// A vault, with whatever stands beside it of it: its key wrapped under the passphrase goes first.
// OK where there is none. vault_busy where another process uses it for longer than `wait`;
// storage_failed.
absl::Status DestroyVault(const std::filesystem::path& file, std::chrono::milliseconds wait);

}  // namespace holdfast::client
