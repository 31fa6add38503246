// Whose a practice's directory is. All that is made in it belongs to that user, also by
// root's hand, and nobody else reads its keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "server/ops/data_directory.h"

namespace holdfast::server {

// The user's name, or number where it has none; empty where it cannot be told.
std::string OwnerOf(const std::filesystem::path& path);

// The same of the user that this process is.
std::string OwnName();

// What is left of root's power. kLowPorts: to listen on a port below 1024, where the
// system lets it be kept.
enum class RootKeeps : std::uint8_t { kNothing, kLowPorts };

// As root, becomes the user that the directory belongs to, or the one it is to be made in,
// for good; before there are threads. Where that is root's, nothing happens. usage where
// it cannot be done, saying how.
absl::Status BecomeOwnerOf(const std::filesystem::path& directory,
                           RootKeeps keeps = RootKeeps::kNothing);

// usage, naming the file and the command that mends it, where others can read the keys or
// write to the directory, or where a file is another user's.
absl::Status CheckOwnership(const DataDirectory& directory);

}  // namespace holdfast::server
