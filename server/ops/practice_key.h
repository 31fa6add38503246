// The practice's signing key at rest: two lines of text, "holdfast practice key v1"
// and 64 hex digits of the seed.
#pragma once

#include <filesystem>
#include <optional>

#include "crypto/public/signature.h"
#include "server/ops/data_directory.h"

namespace holdfast::server {

absl::Status WritePracticeKey(const std::filesystem::path& path, const crypto::SigningKey& key);
absl::StatusOr<crypto::SigningKey> ReadPracticeKey(const std::filesystem::path& path);
// The credential "practice.key", where the service manager hands one over to this process
// (LoadCredential= of systemd).
std::optional<std::filesystem::path> PracticeKeyHandedOver();
// That, or the one in the directory.
std::filesystem::path PracticeKeyOf(const DataDirectory& directory);
// Of the file's text; `path` names it in refusals.
absl::StatusOr<crypto::SigningKey> ParsePracticeKey(BytesView text,
                                                    const std::filesystem::path& path);

}  // namespace holdfast::server
