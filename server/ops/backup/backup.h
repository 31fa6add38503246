// `holdfastd backup`: a whole copy of a practice in a folder of backups, while it serves or
// not. Built under a name that nobody takes for a backup, synced, then renamed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "crypto/public/sealed_file.h"
#include "server/ops/backup/backup_manifest.h"
#include "server/ops/data_directory.h"

namespace holdfast::server {

struct BackupWishes {
  std::filesystem::path data;
  std::filesystem::path folder;                      // of backups; made where it is missing
  std::optional<crypto::BackupPublicKey> sealed_to;  // then the keys are among the files
  bool with_keys = false;                            // though they are not sealed
  std::size_t keep = 0;                              // so many newest; 0: all
};

struct MadeBackup {
  std::filesystem::path path;
  BackupManifest manifest;
  std::size_t linked = 0;  // files that are the backup's before as well
  std::size_t removed = 0;
};

// A refusal leaves the folder's backups as they were.
absl::StatusOr<MadeBackup> MakeBackup(const BackupWishes& wishes);

// When the newest backup of this practice was made, as the directory remembers; nullopt:
// never. storage_failed where it cannot be read.
struct LastBackup {
  std::uint64_t made_at_ms = 0;
  std::string path;
};
absl::StatusOr<std::optional<LastBackup>> ReadLastBackup(const DataDirectory& directory);

}  // namespace holdfast::server
