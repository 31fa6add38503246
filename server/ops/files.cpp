#include "server/ops/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "rules/errors.h"

namespace holdfast::server {
namespace {

absl::Status WriteAll(int descriptor, BytesView content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return FileFailure("write", path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status WriteSynced(const std::filesystem::path& path, BytesView content) {
  const FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.ok()) return FileFailure("create", path);
  HOLDFAST_RETURN_IF_ERROR(WriteAll(file.get(), content, path));
  if (::fsync(file.get()) != 0) return FileFailure("sync", path);
  return absl::OkStatus();
}

}  // namespace

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

absl::StatusOr<Bytes> ReadSmallFile(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return FileFailure("open", path);
  Bytes content;
  char block[4096];
  while (true) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileFailure("read", path);
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > kSmallFileBytesMax) {
      return Refuse(Reason::kTooLarge, "", path.string() + " is too large to be what it should be");
    }
    content.append(block, static_cast<std::size_t>(got));
  }
}

absl::Status SyncDirectory(const std::filesystem::path& directory) {
  const FileDescriptor file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.ok()) return FileFailure("open", directory);
  if (::fsync(file.get()) != 0) return FileFailure("sync", directory);
  return absl::OkStatus();
}

absl::Status WriteSmallFile(const std::filesystem::path& path, BytesView content) {
  const std::filesystem::path fresh = path.string() + ".new";
  if (absl::Status written = WriteSynced(fresh, content); !written.ok()) {
    ::unlink(fresh.c_str());
    return written;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return FileFailure("rename", fresh);
  const std::filesystem::path parent = path.parent_path();
  return SyncDirectory(parent.empty() ? "." : parent);
}

}  // namespace holdfast::server
