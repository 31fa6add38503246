// The disk below a measurement.
#pragma once

#include <filesystem>
#include <string>

namespace holdfast::bench {

// E.g. "ext4"; of the file system that holds `path`.
std::string FileSystemOf(const std::filesystem::path& path);
// Whether a sync costs anything there.
bool IsOnDisk(const std::string& file_system);

// A new directory in `data`.
std::filesystem::path MakeScratch(const std::filesystem::path& data);

}  // namespace holdfast::bench
