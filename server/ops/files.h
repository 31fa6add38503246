// Small files of the data directory, written so that a power loss leaves either
// the old or the new one.
#pragma once

#include <cstddef>
#include <filesystem>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"
#include "server/store/posix_file.h"

namespace holdfast::server {

// Nothing that is read whole is larger, but for a backup's manifest.
inline constexpr std::size_t kSmallFileBytesMax = std::size_t{64} * 1024;

// storage_failed naming the file, too_large over `bytes_max`.
absl::StatusOr<Bytes> ReadSmallFile(const std::filesystem::path& path,
                                    std::size_t bytes_max = kSmallFileBytesMax);

// Mode 0600. Writes beside it, syncs, renames, syncs the directory.
absl::Status WriteSmallFile(const std::filesystem::path& path, BytesView content);

}  // namespace holdfast::server
