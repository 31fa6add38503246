#include "server/ops/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

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

absl::StatusOr<Bytes> ReadSmallFile(const std::filesystem::path& path, std::size_t bytes_max) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return FileFailure("open", path);
  Bytes content;
  char block[4096];
  while (true) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileFailure("read", path);
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > bytes_max) {
      return Refuse(Reason::kTooLarge, "", path.string() + " is too large to be what it should be");
    }
    content.append(block, static_cast<std::size_t>(got));
  }
}

absl::Status WriteSmallFile(const std::filesystem::path& path, BytesView content) {
  const std::filesystem::path fresh = path.string() + ".new";
  if (absl::Status written = WriteSynced(fresh, content); !written.ok()) {
    ::unlink(fresh.c_str());
    return written;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return FileFailure("rename", fresh);
  return SyncDirectoryOf(path);
}

}  // namespace holdfast::server
