// `holdfastd restore`: a backup put where no practice is, whole or not at all. What is
// restored begins a new life with its first start (server/ops/practice.h), so that the
// devices learn of it and bring back what the backup lacks.
#pragma once

#include <filesystem>
#include <optional>

#include "absl/status/statusor.h"
#include "crypto/public/sealed_file.h"
#include "crypto/public/signature.h"
#include "server/ops/backup/backup_manifest.h"

namespace holdfast::server {

struct RestoreWishes {
  std::filesystem::path backup;  // or the folder that holds it
  std::filesystem::path data;    // empty, or not there, or where restoring was interrupted
  const crypto::BackupSecretKey* key = nullptr;
  // practice.key's text, where the backup has no keys; else only to be compared.
  std::optional<crypto::SecretBytes> practice_key;
};

struct RestoredBackup {
  std::filesystem::path path;
  BackupManifest manifest;
  bool has_new_tls_key = false;
};

// A refusal leaves the target as it was; an end in between leaves it so that no holdfastd
// serves it and the same can be done again.
absl::StatusOr<RestoredBackup> RestoreBackup(const RestoreWishes& wishes);

// Beside the files, of what is to be free where they go: the store opens on a disk that
// is not full.
inline constexpr std::uint64_t kRestoreRoomBytes = std::uint64_t{64} << 20;

}  // namespace holdfast::server
