// The folder that holds a practice's backups, each a folder named by when it was made:
// 20261130T021500Z. One that is being made has ".partial" behind its name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace holdfast::server {

// Whole ones, oldest first. usage where the folder or one of them cannot be read, saying how
// it is given to this user.
absl::StatusOr<std::vector<std::filesystem::path>> BackupsIn(const std::filesystem::path& folder);

// `path` where that is a backup, or the newest in it. usage where it is neither,
// or cannot be read.
absl::StatusOr<std::filesystem::path> ResolveBackup(const std::filesystem::path& path);

// A name that is not taken there.
std::string NewBackupName(const std::filesystem::path& folder, std::uint64_t now_ms);

// What a backup that was interrupted left there.
void RemovePartial(const std::filesystem::path& folder);

// Removes the oldest until `keep` are left; how many were removed. `made` stays, whatever the
// clock said when it was made. Each is first given the name of a partial one, so none is ever
// half there.
absl::StatusOr<std::size_t> KeepNewest(const std::filesystem::path& folder, std::size_t keep,
                                       const std::filesystem::path& made);

inline constexpr const char* kPartialEnd = ".partial";

}  // namespace holdfast::server
