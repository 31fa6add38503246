#include "server/ops/backup/backup_verify.h"

#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "rules/errors.h"
#include "server/core/records/tables.h"
#include "server/ops/backup/backup_files.h"
#include "server/ops/backup/backup_folder.h"
#include "server/ops/backup/practice_keys.h"
#include "server/ops/backup/scratch_folder.h"
#include "server/store/rocksdb_store.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

void AddFinding(VerifiedBackup& verified, std::string line) {
  if (verified.findings.size() < kFindingsMax) verified.findings.push_back(std::move(line));
}

// Each file against the manifest, and nothing beside them.
bool CheckFiles(VerifiedBackup& verified) {
  std::set<std::string> known = {kManifestName, "db"};
  bool are_whole = true;
  for (const BackupFile& file : verified.manifest.files) {
    const std::string path = verified.manifest.StoredPath(file);
    known.insert(path);
    const auto found = HashFile(verified.path / path);
    if (found.ok() && *found == file.stored) continue;
    are_whole = false;
    AddFinding(verified, path +
                             (found.ok() ? " is not as it was written"
                                         : ": " + std::string(found.status().message())) +
                             ". Check this disk, use another backup, and make a new one");
  }
  std::error_code error;
  for (fs::recursive_directory_iterator at(verified.path, error);
       !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const std::string path = fs::relative(at->path(), verified.path).string();
    if (!known.contains(path)) {
      AddFinding(verified, path + " is not a file of this backup. Find out how it came there");
    }
  }
  return are_whole;
}

absl::Status OpenInto(const VerifiedBackup& verified, const crypto::BackupSecretKey& key,
                      const fs::path& scratch) {
  HOLDFAST_RETURN_IF_ERROR(MakeDirectory(scratch / "db"));
  for (const BackupFile& file : verified.manifest.files) {
    HOLDFAST_ASSIGN_OR_RETURN(const CarriedFile carried,
                              OpenSealedFile(verified.path / verified.manifest.StoredPath(file),
                                             scratch / file.path, key, file.path));
    if (carried.written != file.plain) {
      return Refuse(Reason::kIntegrity, "",
                    file.path + " is not what the manifest says: use another backup");
    }
  }
  return absl::OkStatus();
}

// What the store says of itself, and what the manifest says of it.
void CompareFacts(VerifiedBackup& verified, Transaction& transaction) {
  const auto facts = DescribeStore(transaction);
  if (!facts.ok()) return;  // InspectStore() says so
  const BackupManifest& manifest = verified.manifest;
  if (facts->practice != manifest.practice) {
    AddFinding(verified, "the store in it is another practice's. Use another backup");
  }
  if (facts->format != manifest.store_format || facts->newest_batch != manifest.newest_batch) {
    AddFinding(verified, "the store in it is not the one of its manifest: batch " +
                             std::to_string(facts->newest_batch) + " instead of " +
                             std::to_string(manifest.newest_batch) +
                             ". Use another backup, and make a new one");
  }
}

void CheckStore(VerifiedBackup& verified, const fs::path& database) {
  const auto store = RocksDbStore::OpenToRead({database.string(), std::string(kLargeTables)});
  if (!store.ok()) return AddFinding(verified, std::string(store.status().message()));
  const StoreReach reach = (*store)->reach();
  if (reach.newest_write != verified.manifest.newest_write) {
    AddFinding(verified, "the store in it ends early, or late: write " +
                             std::to_string(reach.newest_write) + " instead of " +
                             std::to_string(verified.manifest.newest_write) +
                             ". Use another backup, and make a new one");
  }
  const std::unique_ptr<Transaction> transaction = (*store)->Begin();
  CompareFacts(verified, *transaction);
  const auto counts = InspectStore(
      *transaction, [&](const StoreFinding& finding) { AddFinding(verified, InWords(finding)); });
  if (counts.ok()) {
    verified.counts = *counts;
  } else {
    AddFinding(verified, std::string(counts.status().message()) + ". Use another backup");
  }
}

// All that CheckRestorable() asks for is in `folder`, as it was before it was sealed.
void CheckOpened(VerifiedBackup& verified, const fs::path& folder) {
  CheckStore(verified, folder / "db");
  if (!verified.manifest.has_keys) return;
  const absl::Status keys = CheckPracticeKeys(folder, verified.manifest.practice);
  if (keys.ok()) return;
  std::string_view why(keys.message().data(), keys.message().size());
  const std::string prefix = folder.string() + "/";
  if (why.starts_with(prefix)) why.remove_prefix(prefix.size());
  AddFinding(verified, "its keys start no practice: " + std::string(why) +
                           ". Use another backup, and make a new one");
}

}  // namespace

std::string InWords(const StoreFinding& finding) {
  const std::string what = finding.whose + ", " + finding.what + ". ";
  switch (finding.kind) {
    case StoreFinding::Kind::kBody:
      return what +
             "The device that sent it brings it back while it holds it: start once with `holdfastd "
             "serve --restored`, and check the disk";
    case StoreFinding::Kind::kEnvelope:
    case StoreFinding::Kind::kArchive:
    case StoreFinding::Kind::kLedger:
    case StoreFinding::Kind::kBatch:
    case StoreFinding::Kind::kTable:
    case StoreFinding::Kind::kCount:
      break;
  }
  return what +
         "Check the disk, and restore the newest backup that verifies: the devices bring back "
         "what is newer";
}

absl::StatusOr<VerifiedBackup> VerifyBackup(const VerifyWishes& wishes) {
  VerifiedBackup verified;
  HOLDFAST_ASSIGN_OR_RETURN(verified.path, ResolveBackup(wishes.backup));
  HOLDFAST_ASSIGN_OR_RETURN(verified.manifest, ReadManifest(verified.path));
  const BackupManifest& manifest = verified.manifest;
  if (wishes.key != nullptr) HOLDFAST_RETURN_IF_ERROR(CheckOpens(manifest, *wishes.key));
  const absl::Status restorable = CheckRestorable(manifest);
  if (ReasonOf(restorable) == Reason::kNewerFormat) return restorable;
  if (!restorable.ok()) AddFinding(verified, std::string(restorable.message()));
  const bool are_whole = CheckFiles(verified) && restorable.ok();
  if (!manifest.sealed_to) {
    CheckOpened(verified, verified.path);
  } else if (wishes.key != nullptr && are_whole) {
    HOLDFAST_ASSIGN_OR_RETURN(const std::unique_ptr<ScratchFolder> scratch,
                              ScratchFolder::Make(wishes.scratch));
    const absl::Status opened = OpenInto(verified, *wishes.key, scratch->path());
    if (ReasonOf(opened) == Reason::kIntegrity && !opened.ok()) {
      AddFinding(verified, std::string(opened.message()));
    } else {
      HOLDFAST_RETURN_IF_ERROR(opened);
      CheckOpened(verified, scratch->path());
    }
  }
  return verified;
}

}  // namespace holdfast::server
