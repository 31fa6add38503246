// The operator's key pair for backups, two files of text: FILE, "holdfast backup key v1"
// and 64 hex digits, which opens what was sealed and belongs where no server is; and
// FILE.pub, "holdfast backup public key v1" and 64 hex digits, which can only seal.
#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "crypto/public/sealed_file.h"

namespace holdfast::server {

// Both files, which must not exist: the secret one mode 0600, the other one 0644, for
// whoever backs up. The public half.
absl::StatusOr<crypto::BackupPublicKey> MakeBackupKey(const std::filesystem::path& file);
// Of the files' text. usage naming `file` where it is something else, e.g. the other half.
absl::StatusOr<crypto::BackupSecretKey> ReadBackupKey(BytesView text, std::string_view file);
absl::StatusOr<crypto::BackupPublicKey> ReadBackupPublicKey(BytesView text, std::string_view file);

}  // namespace holdfast::server
