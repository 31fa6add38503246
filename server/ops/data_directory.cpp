#include "server/ops/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "rules/errors.h"

namespace holdfast::server {

namespace fs = std::filesystem;

absl::StatusOr<DataDirectory> DataDirectory::Open(const fs::path& path) {
  DataDirectory directory(path);
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return Refuse(Reason::kUsage, "data",
                  path.string() +
                      " is not a directory: make a practice with `holdfastd init --data " +
                      path.string() + "`");
  }
  if (!fs::exists(directory.configuration(), error)) {
    return Refuse(Reason::kUsage, "data",
                  path.string() +
                      " is not a practice's directory (it has no holdfast.toml): make one with "
                      "`holdfastd init`, or if init was interrupted, remove it first");
  }
  return directory;
}

absl::StatusOr<DataDirectory> DataDirectory::Create(const fs::path& path) {
  DataDirectory directory(path);
  if (path.empty()) return Refuse(Reason::kUsage, "data", "must name a directory");
  if (::mkdir(path.c_str(), 0700) == 0) return directory;
  if (errno != EEXIST) return FileFailure("create", path);
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return Refuse(Reason::kUsage, "data", path.string() + " exists and is not a directory");
  }
  if (fs::exists(directory.configuration(), error)) {
    return Refuse(Reason::kUsage, "data",
                  path.string() + " is a practice's directory already; nothing was changed");
  }
  if (!fs::is_empty(path, error)) {
    return Refuse(Reason::kUsage, "data",
                  path.string() + " is not empty: name a directory that does not exist yet");
  }
  if (::chmod(path.c_str(), 0700) != 0) return FileFailure("close to others", path);
  return directory;
}

std::string DataDirectory::AdminSocketPath(const FileDescriptor& directory) {
  return "/proc/self/fd/" + std::to_string(directory.get()) + "/admin.sock";
}

absl::StatusOr<FileDescriptor> DataDirectory::OpenDirectory() const {
  FileDescriptor directory(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok()) return FileFailure("open", path_);
  return directory;
}

absl::StatusOr<std::optional<FileDescriptor>> DataDirectory::TryLock() const {
  const fs::path path = path_ / "lock";
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.ok()) return FileFailure("open", path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
    return std::optional<FileDescriptor>(std::move(file));
  }
  if (errno == EWOULDBLOCK) return std::optional<FileDescriptor>();
  return FileFailure("lock", path);
}

}  // namespace holdfast::server
