#include "client/storage/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "rules/errors.h"

namespace holdfast::client {

namespace {

constexpr std::chrono::milliseconds kStep{50};

// 0, or the error number.
int LockWithin(int descriptor, std::chrono::milliseconds wait) {
  const auto end = std::chrono::steady_clock::now() + wait;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() >= end) return errno;
    std::this_thread::sleep_for(kStep);
  }
  return 0;
}

}  // namespace

absl::StatusOr<FileLock> FileLock::Take(const std::filesystem::path& path,
                                        std::chrono::milliseconds wait) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    return Refuse(Reason::kStorageFailed, "vault",
                  "its folder cannot be written (" + std::string(std::strerror(errno)) +
                      "); check who owns " + path.parent_path().string());
  }
  FileLock lock(descriptor);
  const int error = LockWithin(descriptor, wait);
  if (error == 0) return lock;
  if (error == EWOULDBLOCK) {
    return Refuse(Reason::kVaultBusy, "vault",
                  "another holdfast is using this profile just now, perhaps `watch` in another "
                  "window; let it finish or end it, then try again");
  }
  return Refuse(Reason::kStorageFailed, "vault",
                "its lock cannot be taken: " + std::string(std::strerror(error)));
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace holdfast::client
