// What a backup says of itself: `manifest`, lines of text, the last of which is the hash
// of all before it. It is written last, so a folder without one is no backup.
//
//   holdfast backup v1
//   practice HEX            the practice's public key
//   made-at MS              milliseconds since 1970
//   store-format N          kStoredFormat of the store in it
//   newest-write N          of the store, as its witness counts (store_witness.h)
//   newest-batch N
//   sealed-to HEX|nobody    the operator's public key; the files then are sealed to it
//   keys yes|no             whether practice.key and tls.key are among the files
//   file HASH BYTES HASH BYTES PATH
//                           BLAKE2b-256 and size as it lies in the backup (with ".sealed"
//                           behind its path where it is sealed), then of what is in it
//   end HASH
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/public/sealed_file.h"

namespace holdfast::server {

struct FileFacts {
  Hash hash;
  std::uint64_t bytes = 0;

  bool operator==(const FileFacts&) const = default;
};

struct BackupFile {
  std::string path;  // relative, as in the data directory: "db/000012.sst"
  FileFacts stored;  // as it lies in the backup
  FileFacts plain;   // what is in it
};

struct BackupManifest {
  PracticeKey practice;
  std::uint64_t made_at_ms = 0;
  std::uint32_t store_format = 0;
  std::uint64_t newest_write = 0;
  std::uint64_t newest_batch = 0;
  std::optional<crypto::BackupPublicKey> sealed_to;
  bool has_keys = false;
  std::vector<BackupFile> files;

  std::uint64_t plain_bytes() const;
  // Where a file lies in the backup.
  std::string StoredPath(const BackupFile& file) const;
  const BackupFile* Find(std::string_view path) const;
};

std::string WriteManifest(const BackupManifest& manifest);
// newer_format where a newer version wrote it; integrity where it is not as it was
// written.
absl::StatusOr<BackupManifest> ParseManifest(std::string_view text);
// Of the backup in this folder; usage where it is none.
absl::StatusOr<BackupManifest> ReadManifest(const std::filesystem::path& backup);

// Whether a practice can be made of what is in it: newer_format, or integrity naming the
// file that it lacks.
absl::Status CheckRestorable(const BackupManifest& manifest);
// usage where the backup is sealed to another key than this one's.
absl::Status CheckOpens(const BackupManifest& manifest, const crypto::BackupSecretKey& key);

inline constexpr const char* kManifestName = "manifest";
inline constexpr std::size_t kManifestBytesMax = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t kBackupPathBytesMax = 128;

}  // namespace holdfast::server
