// What is in a folder; nothing throws, whatever becomes of it meanwhile.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace holdfast::client::cli {

// At most `entries_max`; fewer where it cannot be read, or no further.
std::vector<std::filesystem::path> EntriesOf(const std::filesystem::path& folder,
                                             std::size_t entries_max);

}  // namespace holdfast::client::cli
