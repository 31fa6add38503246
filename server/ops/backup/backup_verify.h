// `holdfastd backup verify`: whether a backup is as it was written, and whether what is in
// it is what was sealed, signed and counted.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/public/sealed_file.h"
#include "server/core/inspection.h"
#include "server/ops/backup/backup_manifest.h"

namespace holdfast::server {

struct VerifyWishes {
  std::filesystem::path backup;  // or the folder that holds it
  const crypto::BackupSecretKey* key = nullptr;
  std::filesystem::path scratch;  // where a sealed one is opened for a while
};

struct VerifiedBackup {
  std::filesystem::path path;
  BackupManifest manifest;
  std::vector<std::string> findings;  // one line each, with what to do
  std::optional<StoreCounts> counts;  // of what was opened; nullopt: it was not
};

// A refusal where it cannot be verified at all. Changes nothing in the backup.
absl::StatusOr<VerifiedBackup> VerifyBackup(const VerifyWishes& wishes);

// A finding as a line, with what the operator does about it.
std::string InWords(const StoreFinding& finding);

// No more lines are made of one backup.
inline constexpr std::size_t kFindingsMax = 1000;

}  // namespace holdfast::server
