#include "server/ops/backup/backup_folder.h"

#include <algorithm>
#include <cctype>
#include <ctime>
#include <system_error>

#include "rules/errors.h"
#include "rules/limits.h"
#include "server/ops/backup/backup_manifest.h"
#include "server/store/posix_file.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNameLike = "00000000T000000Z";

// "20261130T021500Z", and "20261130T021500Z-2" for another one of that second.
bool IsBackupName(const std::string& name) {
  if (name.size() < kNameLike.size()) return false;
  for (std::size_t i = 0; i < kNameLike.size(); ++i) {
    const bool is_digit = std::isdigit(static_cast<unsigned char>(name[i])) != 0;
    if (kNameLike[i] == '0' ? !is_digit : name[i] != kNameLike[i]) return false;
  }
  return name.find('.') == std::string::npos;
}

bool IsPartialName(const std::string& name) {
  const std::size_t dot = name.find('.');
  return dot != std::string::npos && name.substr(dot) == kPartialEnd &&
         IsBackupName(name.substr(0, dot));
}

// The folder's entries that `is_wanted` by name, in order of their names.
absl::StatusOr<std::vector<fs::path>> EntriesOf(const fs::path& folder,
                                                bool (*is_wanted)(const std::string&)) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    if (is_wanted(at->path().filename().string())) found.push_back(at->path());
  }
  if (error) {
    return Refuse(Reason::kStorageFailed, "",
                  "cannot read " + folder.string() + ": " + error.message());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

absl::StatusOr<std::vector<fs::path>> BackupsIn(const fs::path& folder) {
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<fs::path> found, EntriesOf(folder, IsBackupName));
  std::erase_if(found, [](const fs::path& path) {
    std::error_code error;
    return !fs::exists(path / kManifestName, error);
  });
  return found;
}

absl::StatusOr<fs::path> ResolveBackup(const fs::path& path) {
  std::error_code error;
  if (fs::exists(path / kManifestName, error)) return path;
  if (!fs::is_directory(path, error)) {
    return Refuse(Reason::kUsage, "backup", path.string() + " is not there, or is no folder");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<fs::path> found, BackupsIn(path));
  if (found.empty()) {
    return Refuse(Reason::kUsage, "backup",
                  path.string() +
                      " is no backup and holds none: name a backup, or the folder "
                      "that `holdfastd backup` was given");
  }
  return found.back();
}

std::string NewBackupName(const fs::path& folder, std::uint64_t now_ms) {
  const auto seconds = static_cast<std::time_t>(now_ms / limits::kSecondMs);
  std::tm parts{};
  char text[32] = "00000000T000000Z";
  if (::gmtime_r(&seconds, &parts) != nullptr) {
    (void)std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  }
  std::string name = text;
  std::error_code error;
  for (int i = 2; fs::exists(folder / name, error) && i < 100; ++i) {
    name = std::string(text) + "-" + std::to_string(i);
  }
  return name;
}

void RemovePartial(const fs::path& folder) {
  const auto found = EntriesOf(folder, IsPartialName);
  if (!found.ok()) return;
  std::error_code ignored;
  for (const fs::path& path : *found) fs::remove_all(path, ignored);
}

absl::StatusOr<std::size_t> KeepNewest(const fs::path& folder, std::size_t keep,
                                       const fs::path& made) {
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<fs::path> found, BackupsIn(folder));
  std::erase(found, made);
  std::size_t removed = 0;
  for (; found.size() + 1 - removed > keep; ++removed) {
    fs::path leaving = found[removed];
    leaving += kPartialEnd;
    std::error_code error;
    fs::rename(found[removed], leaving, error);
    if (!error) fs::remove_all(leaving, error);
    if (error) {
      return Refuse(Reason::kStorageFailed, "",
                    "the backup was made, and the old one in " + found[removed].string() +
                        " cannot be removed: " + error.message());
    }
  }
  return removed;
}

}  // namespace holdfast::server
