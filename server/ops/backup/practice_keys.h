// The keys of a practice where they lie: whether they are that practice's, so that no backup
// is taken for whole which restores one that cannot start.
#pragma once

#include <filesystem>

#include "absl/status/status.h"
#include "rules/identifiers.h"

namespace holdfast::server {

// practice.key, tls.key and tls.crt in this folder. storage_failed naming what is damaged or
// does not belong together, and where the practice's key is another's.
absl::Status CheckPracticeKeys(const std::filesystem::path& folder, const PracticeKey& practice);
// The same, where the practice's key lies elsewhere.
absl::Status CheckPracticeKeys(const std::filesystem::path& folder,
                               const std::filesystem::path& practice_key,
                               const PracticeKey& practice);

}  // namespace holdfast::server
