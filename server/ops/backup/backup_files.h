// Files on their way into a backup and out of it, a block at a time: hashed as they go, and
// synced before they count.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>

#include "absl/status/statusor.h"
#include "crypto/public/sealed_file.h"
#include "server/ops/backup/backup_manifest.h"

namespace holdfast::server {

// storage_failed naming the file, as all of these.
absl::StatusOr<FileFacts> HashFile(const std::filesystem::path& path);

// Each makes `to`, mode 0600, which must not exist, and answers for what it read and what
// it wrote.
struct CarriedFile {
  FileFacts read;
  FileFacts written;
};
absl::StatusOr<CarriedFile> CopyFile(const std::filesystem::path& from,
                                     const std::filesystem::path& to);
absl::StatusOr<CarriedFile> SealFile(const std::filesystem::path& from,
                                     const std::filesystem::path& to,
                                     const crypto::BackupPublicKey& key, std::string_view name);
// integrity where it does not open.
absl::StatusOr<CarriedFile> OpenSealedFile(const std::filesystem::path& from,
                                           const std::filesystem::path& to,
                                           const crypto::BackupSecretKey& key,
                                           std::string_view name);
// The same of given bytes.
absl::Status WriteNewFile(const std::filesystem::path& to, BytesView content);
// The same, mode 0644 whatever the umask: for what is nobody's secret.
absl::Status WriteNewPublicFile(const std::filesystem::path& to, BytesView content);

// A directory, mode 0700, which may be there; a new one is durable.
absl::Status MakeDirectory(const std::filesystem::path& path);

}  // namespace holdfast::server
