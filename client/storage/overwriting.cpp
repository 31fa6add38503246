#include "client/storage/overwriting.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "client/storage/file_lock.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunkBytes = std::size_t{256} * 1024;

absl::Status CannotErase(const fs::path& file) {
  return Refuse(Reason::kStorageFailed, "vault",
                file.string() + " cannot be erased: " + std::strerror(errno));
}

absl::Status OverwriteAll(int descriptor, const fs::path& file) {
  struct stat found = {};
  if (::fstat(descriptor, &found) != 0) return CannotErase(file);
  if (!S_ISREG(found.st_mode)) {
    return Refuse(Reason::kStorageFailed, "vault", file.string() + " is no file");
  }
  const std::string zeros(kChunkBytes, '\0');
  for (off_t at = 0; at < found.st_size;) {
    const auto left = static_cast<std::size_t>(found.st_size - at);
    const ssize_t written = ::pwrite(descriptor, zeros.data(), std::min(left, kChunkBytes), at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return CannotErase(file);
    at += written;
  }
  return ::fsync(descriptor) == 0 ? absl::OkStatus() : CannotErase(file);
}

}  // namespace

absl::Status OverwriteAndRemove(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return errno == ENOENT ? absl::OkStatus() : CannotErase(file);
  const absl::Status overwritten = OverwriteAll(descriptor, file);
  ::close(descriptor);
  HOLDFAST_RETURN_IF_ERROR(overwritten);
  return ::unlink(file.c_str()) == 0 || errno == ENOENT ? absl::OkStatus() : CannotErase(file);
}

absl::Status DestroyVault(const fs::path& file, std::chrono::milliseconds wait) {
  std::error_code error;
  const fs::path real = fs::canonical(file, error);
  if (error == std::errc::no_such_file_or_directory) return absl::OkStatus();
  if (error) {
    return Refuse(Reason::kStorageFailed, "vault",
                  file.string() + " cannot be opened: " + error.message());
  }
  HOLDFAST_ASSIGN_OR_RETURN(const FileLock lock, FileLock::Take(real.string() + ".lock", wait));
  for (const char* suffix : {"", "-wal", "-shm", "-journal", ".new", ".new-wal", ".new-shm"}) {
    HOLDFAST_RETURN_IF_ERROR(OverwriteAndRemove(real.string() + suffix));
  }
  if (real != file) fs::remove(file, error);  // the link that led to it
  fs::remove(real.string() + ".lock", error);
  const int folder = ::open(real.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return absl::OkStatus();
  ::fsync(folder);
  ::close(folder);
  return absl::OkStatus();
}

}  // namespace holdfast::client
