#include "server/ops/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "rules/errors.h"
#include "server/ops/owner.h"

namespace holdfast::server {

namespace fs = std::filesystem;

namespace {

constexpr const char* kLockName = "lock";

// Nothing is known of what lies there, so nothing may be advised that could harm it.
absl::Status CannotBeRead(const fs::path& directory, const fs::path& what,
                          const std::error_code& error) {
  std::string advice;
  if (error == std::errc::permission_denied) {
    const std::string owner = OwnerOf(directory);
    advice = owner.empty() ? ": run holdfastd as the user that it belongs to"
                           : ": it belongs to " + owner + ", so run holdfastd as " + owner;
  }
  return Refuse(Reason::kUsage, "data",
                what.string() + " cannot be read: " + error.message() + advice);
}

// Nothing lies there but perhaps a lock, which says nothing of what is locked.
bool HoldsNothing(const fs::path& directory, std::error_code& error) {
  for (fs::directory_iterator at(directory, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    if (at->path().filename() != kLockName) return false;
  }
  return !error;
}

absl::Status NotAPractice(const fs::path& path) {
  std::error_code error;
  const bool is_empty = HoldsNothing(path, error);
  return Refuse(
      Reason::kUsage, "data",
      path.string() + (is_empty
                           ? " is empty. A new practice: `holdfastd init --data " + path.string() +
                                 "`. One that was here before: is its disk mounted?"
                           : " is not a whole practice: it has no holdfast.toml. Put that file "
                             "back from a backup, or name another directory"));
}

absl::Status HalfRestored(const fs::path& path) {
  return Refuse(Reason::kUsage, "data",
                "restoring a backup into " + path.string() +
                    " was interrupted, or is under way. Wait for it, or repeat it: `holdfastd "
                    "restore BACKUP --data " +
                    path.string() + "`; nothing was changed");
}

}  // namespace

absl::StatusOr<DataDirectory> DataDirectory::Open(const fs::path& path) {
  DataDirectory directory(path);
  std::error_code error;
  const fs::file_status found = fs::status(path, error);
  if (error && found.type() != fs::file_type::not_found) return CannotBeRead(path, path, error);
  if (found.type() == fs::file_type::not_found) {
    return Refuse(Reason::kUsage, "data",
                  path.string() + " is not there: make a practice with `holdfastd init --data " +
                      path.string() + "`");
  }
  if (found.type() != fs::file_type::directory) {
    return Refuse(Reason::kUsage, "data",
                  path.string() + " is not a directory: name the practice's directory");
  }
  const bool is_practice = fs::exists(directory.configuration(), error);
  if (error) return CannotBeRead(path, directory.configuration(), error);
  if (fs::exists(directory.restoring(), error)) return HalfRestored(path);
  if (!is_practice) return NotAPractice(path);
  HOLDFAST_RETURN_IF_ERROR(CheckOwnership(directory));
  return directory;
}

absl::StatusOr<DataDirectory> DataDirectory::Create(const fs::path& path) {
  DataDirectory directory(path);
  if (path.empty()) return Refuse(Reason::kUsage, "data", "must name a directory");
  if (::mkdir(path.c_str(), 0700) == 0) return directory;
  if (errno != EEXIST) return FileFailure("create", path);
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (error) return CannotBeRead(path, path, error);
    return Refuse(Reason::kUsage, "data", path.string() + " exists and is not a directory");
  }
  const bool is_practice = fs::exists(directory.configuration(), error);
  if (error) return CannotBeRead(path, path, error);
  if (is_practice) {
    return Refuse(Reason::kUsage, "data",
                  path.string() + " is a practice's directory already; nothing was changed");
  }
  const bool is_empty = HoldsNothing(path, error);
  if (error) return CannotBeRead(path, path, error);
  if (!is_empty) {
    return Refuse(Reason::kUsage, "data",
                  path.string() + " is not empty: name a directory that does not exist yet");
  }
  if (::chmod(path.c_str(), 0700) != 0) return FileFailure("close to others", path);
  return directory;
}

absl::StatusOr<DataDirectory> DataDirectory::CreateToRestore(const fs::path& path) {
  const DataDirectory directory(path);
  std::error_code error;
  if (!path.empty() && fs::exists(directory.restoring(), error)) return directory;
  return Create(path);
}

std::string DataDirectory::SocketPath(const FileDescriptor& directory, std::string_view name) {
  return "/proc/self/fd/" + std::to_string(directory.get()) + "/" + std::string(name);
}

std::string DataDirectory::AdminSocketPath(const FileDescriptor& directory) {
  return SocketPath(directory, "admin.sock");
}

absl::StatusOr<FileDescriptor> DataDirectory::OpenDirectory() const {
  FileDescriptor directory(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok()) return FileFailure("open", path_);
  return directory;
}

absl::StatusOr<std::optional<FileDescriptor>> DataDirectory::TryLock() const {
  const fs::path path = path_ / kLockName;
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.ok()) return FileFailure("open", path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
    return std::optional<FileDescriptor>(std::move(file));
  }
  if (errno == EWOULDBLOCK) return std::optional<FileDescriptor>();
  return FileFailure("lock", path);
}

}  // namespace holdfast::server
