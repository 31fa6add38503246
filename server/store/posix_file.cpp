#include "server/store/posix_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "rules/errors.h"

namespace holdfast::server {

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = other.Release();
  }
  return *this;
}

int FileDescriptor::Release() { return std::exchange(descriptor_, -1); }

absl::Status FileFailure(const char* what, const std::filesystem::path& path) {
  const std::string reason = std::strerror(errno);
  return Refuse(Reason::kStorageFailed, "",
                std::string("cannot ") + what + " " + path.string() + ": " + reason);
}

absl::Status SyncDirectory(const std::filesystem::path& directory) {
  const FileDescriptor file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.ok()) return FileFailure("open", directory);
  if (::fsync(file.get()) != 0) return FileFailure("sync", directory);
  return absl::OkStatus();
}

absl::Status SyncDirectoryOf(const std::filesystem::path& file) {
  const std::filesystem::path parent = file.parent_path();
  return SyncDirectory(parent.empty() ? "." : parent);
}

}  // namespace holdfast::server
