// The practice's signing key at rest: two lines of text, "holdfast practice key v1"
// and 64 hex digits of the seed.
#pragma once

#include <filesystem>

#include "crypto/public/signature.h"

namespace holdfast::server {

absl::Status WritePracticeKey(const std::filesystem::path& path, const crypto::SigningKey& key);
absl::StatusOr<crypto::SigningKey> ReadPracticeKey(const std::filesystem::path& path);
// Of the file's text; `path` names it in refusals.
absl::StatusOr<crypto::SigningKey> ParsePracticeKey(BytesView text,
                                                    const std::filesystem::path& path);

}  // namespace holdfast::server
