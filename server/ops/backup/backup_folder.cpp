#include "server/ops/backup/backup_folder.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <ctime>
#include <system_error>

#include "rules/errors.h"
#include "rules/limits.h"
#include "server/ops/backup/backup_manifest.h"
#include "server/ops/owner.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNameLike = "00000000T000000Z";

// "20261130T021500Z", and "20261130T021500Z-2" for another one of that second. A folder that
// somebody else named, such as "20261130T021500Z-before-upgrade", is theirs.
bool IsBackupName(const std::string& name) {
  if (name.size() < kNameLike.size()) return false;
  for (std::size_t i = 0; i < kNameLike.size(); ++i) {
    const bool is_digit = std::isdigit(static_cast<unsigned char>(name[i])) != 0;
    if (kNameLike[i] == '0' ? !is_digit : name[i] != kNameLike[i]) return false;
  }
  const std::string_view rest = std::string_view(name).substr(kNameLike.size());
  return rest.empty() || (rest.size() > 1 && rest.front() == '-' &&
                          rest.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

bool IsPartialName(const std::string& name) {
  const std::size_t dot = name.find('.');
  return dot != std::string::npos && name.substr(dot) == kPartialEnd &&
         IsBackupName(name.substr(0, dot));
}

// Copied by root, say, and not yet given away.
absl::Status BackupsUnreadable(const fs::path& folder, const std::error_code& error) {
  const std::string advice =
      error == std::errc::permission_denied
          ? "; as root, give it away with `chown -R " + OwnName() + ": " + folder.string() + "`"
          : ": is its disk mounted and sound?";
  return Refuse(Reason::kUsage, "backup",
                folder.string() + " cannot be read: " + error.message() + advice);
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
  if (error) return BackupsUnreadable(folder, error);
  std::sort(found.begin(), found.end());
  return found;
}

// Whether a backup lies there, as far as that can be seen.
absl::StatusOr<bool> HasManifest(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const bool is_there = fs::exists(path / kManifestName, error);
  if (error && error != std::errc::not_a_directory) return BackupsUnreadable(folder, error);
  if (is_there && ::access((path / kManifestName).c_str(), R_OK) != 0) {
    return BackupsUnreadable(folder, std::error_code(errno, std::generic_category()));
  }
  return is_there;
}

}  // namespace

absl::StatusOr<std::vector<fs::path>> BackupsIn(const fs::path& folder) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<fs::path> named, EntriesOf(folder, IsBackupName));
  std::vector<fs::path> found;
  for (const fs::path& path : named) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_backup, HasManifest(path, folder));
    if (is_backup) found.push_back(path);
  }
  return found;
}

absl::StatusOr<fs::path> ResolveBackup(const fs::path& path) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_backup, HasManifest(path, path));
  if (is_backup) return path;
  std::error_code error;
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
