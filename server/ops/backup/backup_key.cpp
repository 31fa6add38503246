#include "server/ops/backup/backup_key.h"

#include <utility>

#include "crypto/public/dh_key.h"
#include "rules/errors.h"
#include "server/ops/backup/backup_files.h"
#include "server/store/posix_file.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kSecretTitle = "holdfast backup key v1\n";
constexpr std::string_view kPublicTitle = "holdfast backup public key v1\n";

// The 32 bytes behind the title; empty where it is not this kind of file.
crypto::SecretBytes KeyBehind(std::string_view title, BytesView text) {
  if (!text.starts_with(title)) return {};
  text.remove_prefix(title.size());
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return crypto::SecretBytes(FromHex(text, "key").value_or(Bytes()));
}

absl::Status NotThatKey(std::string_view file, const char* wanted) {
  return Refuse(Reason::kUsage, "key",
                std::string(file) + " is no " + wanted +
                    " of `holdfastd backup key`: name the other file, or make a pair");
}

}  // namespace

absl::StatusOr<crypto::BackupPublicKey> MakeBackupKey(const std::filesystem::path& file) {
  const crypto::BackupSecretKey key = crypto::GenerateBackupKey();
  const crypto::BackupPublicKey derived = crypto::PublicOf(key);
  std::filesystem::path beside = file;
  beside += ".pub";
  std::error_code error;
  for (const auto& path : {file, beside}) {
    if (std::filesystem::exists(path, error)) {
      return Refuse(Reason::kUsage, "key",
                    path.string() +
                        " is there already: name a new file. Keep old keys as long as "
                        "the backups that were sealed to them");
    }
  }
  const crypto::SecretBytes hex(ToHex(key.Expose()));
  Bytes text;
  text.reserve(kSecretTitle.size() + hex.size() + 1);
  text.append(kSecretTitle).append(hex.Expose()).append("\n");
  const crypto::SecretBytes whole(std::move(text));
  HOLDFAST_RETURN_IF_ERROR(WriteNewFile(file, whole.Expose()));
  HOLDFAST_RETURN_IF_ERROR(WriteNewPublicFile(beside, Bytes(kPublicTitle) + derived.hex() + "\n"));
  HOLDFAST_RETURN_IF_ERROR(SyncDirectoryOf(file));
  return derived;
}

absl::StatusOr<crypto::BackupSecretKey> ReadBackupKey(BytesView text, std::string_view file) {
  const crypto::SecretBytes bytes = KeyBehind(kSecretTitle, text);
  auto key = crypto::BackupSecretKey::From(bytes.Expose(), "key");
  if (!key.ok()) return NotThatKey(file, "secret key");
  return key;
}

absl::StatusOr<crypto::BackupPublicKey> ReadBackupPublicKey(BytesView text, std::string_view file) {
  const crypto::SecretBytes bytes = KeyBehind(kPublicTitle, text);
  auto key = crypto::BackupPublicKey::From(bytes.Expose(), "key");
  if (!key.ok() || crypto::IsSmallOrder(DhKey::From(bytes.Expose(), "key").value())) {
    return NotThatKey(file, "public key");
  }
  return key;
}

}  // namespace holdfast::server
