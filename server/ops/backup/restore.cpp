#include "server/ops/backup/restore.h"

#include <string>
#include <system_error>
#include <utility>

#include "rules/errors.h"
#include "server/ops/backup/backup_files.h"
#include "server/ops/backup/backup_folder.h"
#include "server/ops/backup/practice_keys.h"
#include "server/ops/configuration.h"
#include "server/ops/data_directory.h"
#include "server/ops/disk_guard.h"
#include "server/ops/practice_key.h"
#include "server/ops/tls_identity.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

struct Restoring {
  const RestoreWishes& wishes;
  fs::path from;
  BackupManifest manifest;
};

absl::Status NeedsKey(const Restoring& restoring) {
  const RestoreWishes& wishes = restoring.wishes;
  const auto& sealed_to = restoring.manifest.sealed_to;
  if (sealed_to && wishes.key == nullptr) {
    return Refuse(Reason::kUsage, "key",
                  "this backup is sealed: name the secret key that `holdfastd backup key` made, "
                  "with --key FILE");
  }
  if (sealed_to) HOLDFAST_RETURN_IF_ERROR(CheckOpens(restoring.manifest, *wishes.key));
  if (!restoring.manifest.has_keys && !wishes.practice_key) {
    return Refuse(Reason::kUsage, "practice-key",
                  "this backup does not hold the practice's key: name the copy that was kept "
                  "since `holdfastd init`, with --practice-key FILE");
  }
  return absl::OkStatus();
}

absl::Status CheckGivenPractice(const Restoring& restoring) {
  if (!restoring.wishes.practice_key) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(
      const crypto::SigningKey key,
      ParsePracticeKey(restoring.wishes.practice_key->Expose(), "practice-key"));
  if (key.public_key<PracticeKey>() == restoring.manifest.practice) return absl::OkStatus();
  return Refuse(Reason::kWrongPractice, "practice-key",
                "is another practice's key than the one that this backup was made of; nothing was "
                "restored");
}

absl::Status CheckBackup(const Restoring& restoring) {
  HOLDFAST_RETURN_IF_ERROR(CheckRestorable(restoring.manifest));
  HOLDFAST_RETURN_IF_ERROR(NeedsKey(restoring));
  return CheckGivenPractice(restoring);
}

absl::Status CheckRoom(const Restoring& restoring, const fs::path& target) {
  HOLDFAST_ASSIGN_OR_RETURN(const DiskSpace space, MeasureDisk(target));
  const std::uint64_t needed = restoring.manifest.plain_bytes() + kRestoreRoomBytes;
  if (space.free_bytes >= needed) return absl::OkStatus();
  return Refuse(Reason::kStorageFull, "",
                "the disk of " + target.string() + " has " +
                    std::to_string(space.free_bytes >> 20) + " MiB left, and this backup needs " +
                    std::to_string(needed >> 20) + " MiB: make room, or name another disk");
}

// All that restoring ever puts there.
void Clear(const DataDirectory& directory) {
  std::error_code ignored;
  fs::remove_all(directory.database(), ignored);
  for (const fs::path& file :
       {directory.store_witness(), directory.configuration(), directory.practice_key(),
        directory.tls_key(), directory.tls_certificate(), directory.restored()}) {
    fs::remove(file, ignored);
    fs::remove(file.string() + ".new", ignored);
  }
}

absl::Status BringBack(const Restoring& restoring, const DataDirectory& directory,
                       const BackupFile& file) {
  const fs::path from = restoring.from / restoring.manifest.StoredPath(file);
  const fs::path to = directory.path() / file.path;
  HOLDFAST_ASSIGN_OR_RETURN(const CarriedFile carried,
                            restoring.manifest.sealed_to
                                ? OpenSealedFile(from, to, *restoring.wishes.key, file.path)
                                : CopyFile(from, to));
  if (carried.read == file.stored && carried.written == file.plain) return absl::OkStatus();
  return Refuse(Reason::kIntegrity, "",
                from.string() +
                    " is not as it was written: check that disk and use another backup; nothing "
                    "was restored");
}

absl::Status BringKeys(const Restoring& restoring, const DataDirectory& directory) {
  if (restoring.manifest.has_keys) {
    const absl::Status keys = CheckPracticeKeys(directory.path(), restoring.manifest.practice);
    if (keys.ok()) return keys;
    return Refuse(Reason::kIntegrity, "",
                  "the keys in this backup start no practice: " + std::string(keys.message()) +
                      ". Use another backup; nothing was restored");
  }
  HOLDFAST_RETURN_IF_ERROR(
      WriteNewFile(directory.practice_key(), restoring.wishes.practice_key->Expose()));
  // The practice's key endorses whatever TLS key it has.
  HOLDFAST_ASSIGN_OR_RETURN(const Configuration configuration,
                            ReadConfiguration(directory.configuration()));
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, MakeTlsIdentity(HostOf(configuration.name)));
  HOLDFAST_RETURN_IF_ERROR(WriteSmallFile(directory.tls_key(), tls.key.Expose()));
  return WriteSmallFile(directory.tls_certificate(), tls.certificate);
}

// Between the two marks: the one that no holdfastd serves, and the one that the first start
// goes by.
absl::Status BringAll(const Restoring& restoring, const DataDirectory& directory) {
  Clear(directory);
  HOLDFAST_RETURN_IF_ERROR(CheckRoom(restoring, directory.path()));
  HOLDFAST_RETURN_IF_ERROR(MakeDirectory(directory.database()));
  for (const BackupFile& file : restoring.manifest.files) {
    HOLDFAST_RETURN_IF_ERROR(BringBack(restoring, directory, file));
  }
  HOLDFAST_RETURN_IF_ERROR(BringKeys(restoring, directory));
  HOLDFAST_RETURN_IF_ERROR(SyncDirectory(directory.database()));
  return WriteSmallFile(directory.restored(), restoring.from.string() + "\n");
}

// Nobody else restores or serves there from now on; what somebody put there before is not
// ours to clear away.
absl::StatusOr<FileDescriptor> LockToRestore(const DataDirectory& directory) {
  HOLDFAST_ASSIGN_OR_RETURN(auto lock, directory.TryLock());
  if (!lock) {
    return Refuse(Reason::kUsage, "data",
                  directory.path().string() +
                      " is being restored or served by another holdfastd: wait for it, or name "
                      "another directory; nothing was changed");
  }
  HOLDFAST_RETURN_IF_ERROR(DataDirectory::CreateToRestore(directory.path()).status());
  return *std::move(lock);
}

absl::Status Unmark(const DataDirectory& directory) {
  std::error_code error;
  fs::remove(directory.restoring(), error);
  if (error) {
    return Refuse(Reason::kStorageFailed, "",
                  "cannot remove " + directory.restoring().string() + ": " + error.message());
  }
  return SyncDirectory(directory.path());
}

}  // namespace

absl::StatusOr<RestoredBackup> RestoreBackup(const RestoreWishes& wishes) {
  Restoring restoring{wishes, {}, {}};
  HOLDFAST_ASSIGN_OR_RETURN(restoring.from, ResolveBackup(wishes.backup));
  HOLDFAST_ASSIGN_OR_RETURN(restoring.manifest, ReadManifest(restoring.from));
  HOLDFAST_RETURN_IF_ERROR(CheckBackup(restoring));
  std::error_code ignored;
  const bool existed = fs::exists(wishes.data, ignored);
  HOLDFAST_ASSIGN_OR_RETURN(const DataDirectory directory,
                            DataDirectory::CreateToRestore(wishes.data));
  HOLDFAST_ASSIGN_OR_RETURN(const FileDescriptor lock, LockToRestore(directory));
  HOLDFAST_RETURN_IF_ERROR(WriteSmallFile(directory.restoring(), restoring.from.string() + "\n"));
  if (const absl::Status brought = BringAll(restoring, directory); !brought.ok()) {
    Clear(directory);
    fs::remove(directory.path() / "lock", ignored);
    (void)Unmark(directory);
    if (!existed) fs::remove(directory.path(), ignored);
    return brought;
  }
  HOLDFAST_RETURN_IF_ERROR(SyncDirectory(directory.path()));
  HOLDFAST_RETURN_IF_ERROR(Unmark(directory));
  HOLDFAST_RETURN_IF_ERROR(SyncDirectoryOf(fs::absolute(directory.path())));
  const bool has_new_tls_key = !restoring.manifest.has_keys;
  return RestoredBackup{restoring.from, std::move(restoring.manifest), has_new_tls_key};
}

}  // namespace holdfast::server
