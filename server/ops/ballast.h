// A file that only takes up space. Removed before the store is opened on a full
// disk, which needs room to open at all; made again when there is plenty.
#pragma once

#include <cstdint>
#include <filesystem>

#include "server/ops/disk_guard.h"

namespace holdfast::server {

// kBallastBytes, or a twentieth of the file system where that is less.
std::uint64_t BallastBytes(std::uint64_t total_bytes);

// Removes it where less than the floor, or than its own size, is free. True where
// it did.
bool ReleaseBallast(const std::filesystem::path& ballast, const DiskSpace& space,
                    std::uint64_t floor_bytes);

// Makes it where it is missing and enough would stay free to go on admitting sends.
// True where it did. Failing is no error: there is less to fall back on.
bool RestoreBallast(const std::filesystem::path& ballast, const DiskSpace& space,
                    std::uint64_t floor_bytes);

inline constexpr std::uint64_t kBallastBytes = 64ULL * 1024 * 1024;

}  // namespace holdfast::server
