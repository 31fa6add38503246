#include "server/ops/backup/backup.h"

#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "rules/errors.h"
#include "server/core/inspection.h"
#include "server/core/records/tables.h"
#include "server/ops/backup/backup_files.h"
#include "server/ops/backup/backup_folder.h"
#include "server/ops/backup/checkpoint.h"
#include "server/ops/backup/practice_keys.h"
#include "server/ops/owner.h"
#include "server/ops/practice_key.h"
#include "server/store/store_witness.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

// A backup in the making, beside the one before.
struct Building {
  const BackupWishes& wishes;
  fs::path to;
  fs::path before;  // empty: none
  BackupManifest before_manifest;
  BackupManifest manifest;
  std::size_t linked = 0;
};

absl::Status CheckFolder(const BackupWishes& wishes) {
  if (wishes.folder.empty()) {
    return Refuse(Reason::kUsage, "backup",
                  "name the folder that holds the backups: holdfastd backup DIR --data DIR");
  }
  const fs::path folder = fs::weakly_canonical(wishes.folder);
  const fs::path data = fs::weakly_canonical(wishes.data);
  const auto [end, ignored] = std::mismatch(data.begin(), data.end(), folder.begin(), folder.end());
  if (end == data.end()) {
    return Refuse(Reason::kUsage, "backup",
                  "a backup within " + data.string() +
                      " would be lost with it: name a folder elsewhere, best on another disk");
  }
  return absl::OkStatus();
}

// It is written to as the user whose the practice is, also by root's hand.
absl::Status MakeFolder(const BackupWishes& wishes) {
  const absl::Status made = MakeDirectory(wishes.folder);
  if (made.ok() && ::access(wishes.folder.c_str(), W_OK | X_OK) == 0) return absl::OkStatus();
  const std::string owner = OwnerOf(wishes.data);
  const std::string folder = wishes.folder.string();
  return Refuse(Reason::kUsage, "backup",
                (made.ok() ? "nothing can be written to " + folder : std::string(made.message())) +
                    ". It must belong to " + owner + ", as the practice does: install -d -o " +
                    owner + " -m 700 " + folder);
}

// What the copy says of itself.
absl::Status DescribeCopy(const fs::path& database, BackupManifest& manifest) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const auto store, RocksDbStore::OpenToRead({database.string(), std::string(kLargeTables)}));
  manifest.newest_write = store->reach().newest_write;
  const std::unique_ptr<Transaction> transaction = store->Begin();
  HOLDFAST_ASSIGN_OR_RETURN(const StoreFacts facts, DescribeStore(*transaction));
  manifest.practice = facts.practice;
  manifest.store_format = facts.format;
  manifest.newest_batch = facts.newest_batch;
  return absl::OkStatus();
}

// The newest there that can be read, for what is still the same. A folder is one practice's.
absl::Status FindBefore(Building& building) {
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<fs::path> found, BackupsIn(building.wishes.folder));
  if (found.empty()) return absl::OkStatus();
  absl::StatusOr<BackupManifest> manifest = ReadManifest(found.back());
  while (!manifest.ok() && found.size() > 1) {
    found.pop_back();
    manifest = ReadManifest(found.back());
  }
  if (!manifest.ok()) {
    return Refuse(Reason::kUsage, "backup",
                  "no manifest in " + building.wishes.folder.string() +
                      " can be read, so nobody knows whose backups these are: check that disk, and "
                      "name another folder; nothing was changed");
  }
  if (manifest->practice != building.manifest.practice) {
    return Refuse(Reason::kUsage, "backup",
                  building.wishes.folder.string() +
                      " holds the backups of another practice: name a folder of its own; nothing "
                      "was changed");
  }
  building.before = found.back();
  building.before_manifest = *std::move(manifest);
  return absl::OkStatus();
}

// The same file of the backup before, where it still is as it was written.
bool LinkFromBefore(Building& building, BackupFile& file, const fs::path& to) {
  if (building.before.empty()) return false;
  const BackupManifest& before = building.before_manifest;
  const BackupFile* const same = before.Find(file.path);
  if (same == nullptr || same->plain != file.plain ||
      before.sealed_to != building.manifest.sealed_to) {
    return false;
  }
  const fs::path from = building.before / before.StoredPath(*same);
  const auto found = HashFile(from);
  if (!found.ok() || *found != same->stored) return false;
  if (::link(from.c_str(), to.c_str()) != 0) return false;
  file.stored = same->stored;
  ++building.linked;
  return true;
}

absl::Status AddFile(Building& building, const fs::path& from, const std::string& path) {
  BackupFile file;
  file.path = path;
  HOLDFAST_ASSIGN_OR_RETURN(file.plain, HashFile(from));
  const fs::path to = building.to / building.manifest.StoredPath(file);
  if (!LinkFromBefore(building, file, to)) {
    const auto& key = building.manifest.sealed_to;
    HOLDFAST_ASSIGN_OR_RETURN(const CarriedFile carried,
                              key ? SealFile(from, to, *key, path) : CopyFile(from, to));
    if (carried.read != file.plain) {
      return Refuse(Reason::kStorageFailed, "",
                    from.string() + " changed while it was copied: check the disk, then try again");
    }
    file.stored = carried.written;
  }
  building.manifest.files.push_back(std::move(file));
  return absl::OkStatus();
}

absl::Status AddStore(Building& building, const Checkpoint& checkpoint) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(checkpoint.database(), error);
       !error && at != fs::directory_iterator(); at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  if (error) {
    return Refuse(
        Reason::kStorageFailed, "",
        "cannot read " + checkpoint.database().string() + ": " + error.message() + ". Try again");
  }
  std::sort(names.begin(), names.end());
  HOLDFAST_RETURN_IF_ERROR(MakeDirectory(building.to / "db"));
  for (const std::string& name : names) {
    HOLDFAST_RETURN_IF_ERROR(AddFile(building, checkpoint.database() / name, "db/" + name));
  }
  HOLDFAST_RETURN_IF_ERROR(SyncDirectory(building.to / "db"));
  // As it would stand beside this copy: what a restored store must have at least.
  const fs::path witness = checkpoint.folder() / "store";
  HOLDFAST_RETURN_IF_ERROR(StoreWitness::Open(witness, building.manifest.newest_write).status());
  return AddFile(building, witness, "store");
}

absl::Status AddSettings(Building& building, const DataDirectory& directory) {
  HOLDFAST_RETURN_IF_ERROR(AddFile(building, directory.configuration(), "holdfast.toml"));
  if (!building.manifest.has_keys) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(
      CheckPracticeKeys(directory.path(), PracticeKeyOf(directory), building.manifest.practice));
  HOLDFAST_RETURN_IF_ERROR(AddFile(building, PracticeKeyOf(directory), "practice.key"));
  HOLDFAST_RETURN_IF_ERROR(AddFile(building, directory.tls_key(), "tls.key"));
  return AddFile(building, directory.tls_certificate(), "tls.crt");
}

absl::Status FillBackup(Building& building, const DataDirectory& directory,
                        const Checkpoint& checkpoint) {
  HOLDFAST_RETURN_IF_ERROR(MakeDirectory(building.to));
  HOLDFAST_RETURN_IF_ERROR(AddStore(building, checkpoint));
  HOLDFAST_RETURN_IF_ERROR(AddSettings(building, directory));
  HOLDFAST_RETURN_IF_ERROR(
      WriteNewFile(building.to / kManifestName, WriteManifest(building.manifest)));
  return SyncDirectory(building.to);
}

// Under its name it is whole.
absl::StatusOr<fs::path> FinishBackup(Building& building, const std::string& name) {
  const fs::path path = building.wishes.folder / name;
  std::error_code error;
  fs::rename(building.to, path, error);
  if (error) {
    return Refuse(Reason::kStorageFailed, "",
                  "cannot rename " + building.to.string() + ": " + error.message());
  }
  HOLDFAST_RETURN_IF_ERROR(SyncDirectory(building.wishes.folder));
  return path;
}

absl::Status RememberBackup(const DataDirectory& directory, const MadeBackup& made) {
  return WriteSmallFile(directory.last_backup(), std::to_string(made.manifest.made_at_ms) + " " +
                                                     fs::absolute(made.path).string() + "\n");
}

}  // namespace

absl::StatusOr<MadeBackup> MakeBackup(const BackupWishes& wishes) {
  HOLDFAST_RETURN_IF_ERROR(CheckFolder(wishes));
  HOLDFAST_ASSIGN_OR_RETURN(const DataDirectory directory, DataDirectory::Open(wishes.data));
  HOLDFAST_RETURN_IF_ERROR(MakeFolder(wishes));
  HOLDFAST_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Take(directory));
  Building building{wishes, {}, {}, {}, {}};
  building.manifest.sealed_to = wishes.sealed_to;
  building.manifest.has_keys = wishes.sealed_to || wishes.with_keys;
  building.manifest.made_at_ms = SystemClock().WallMs();
  HOLDFAST_RETURN_IF_ERROR(DescribeCopy(checkpoint.database(), building.manifest));
  HOLDFAST_RETURN_IF_ERROR(FindBefore(building));
  RemovePartial(wishes.folder);
  const std::string name = NewBackupName(wishes.folder, building.manifest.made_at_ms);
  building.to = wishes.folder / (name + kPartialEnd);
  if (const absl::Status filled = FillBackup(building, directory, checkpoint); !filled.ok()) {
    std::error_code ignored;
    fs::remove_all(building.to, ignored);
    return filled;
  }
  MadeBackup made;
  HOLDFAST_ASSIGN_OR_RETURN(made.path, FinishBackup(building, name));
  made.manifest = std::move(building.manifest);
  made.linked = building.linked;
  HOLDFAST_RETURN_IF_ERROR(RememberBackup(directory, made));
  if (wishes.keep != 0) {
    HOLDFAST_ASSIGN_OR_RETURN(made.removed, KeepNewest(wishes.folder, wishes.keep, made.path));
  }
  return made;
}

absl::StatusOr<std::optional<LastBackup>> ReadLastBackup(const DataDirectory& directory) {
  std::error_code error;
  if (!fs::exists(directory.last_backup(), error)) return std::optional<LastBackup>();
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes text, ReadSmallFile(directory.last_backup()));
  LastBackup last;
  std::istringstream words(text);
  if (!(words >> last.made_at_ms) || !std::getline(words >> std::ws, last.path)) {
    return Refuse(Reason::kStorageFailed, "",
                  directory.last_backup().string() + " is damaged: make a backup");
  }
  return std::optional<LastBackup>(std::move(last));
}

}  // namespace holdfast::server
