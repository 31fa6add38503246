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
int LockAtOnce(int descriptor) { return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno; }

// The same after a wait, in which others are told of it.
int LockWithin(const std::filesystem::path& path, int descriptor, std::chrono::milliseconds wait) {
  int error = LockAtOnce(descriptor);
  if (error != EWOULDBLOCK || wait.count() == 0) return error;
  const auto end = std::chrono::steady_clock::now() + wait;
  const int sign = OpenWaitingFile(path);
  // Who looks at the sign holds it for a moment, so it is put up again and again. Writing wakes
  // them, once it is up.
  while (error == EWOULDBLOCK && std::chrono::steady_clock::now() < end) {
    if (sign >= 0 && ::flock(sign, LOCK_SH | LOCK_NB) == 0) {
      [[maybe_unused]] const ssize_t written = ::pwrite(sign, "", 1, 0);
    }
    std::this_thread::sleep_for(kStep);
    error = LockAtOnce(descriptor);
  }
  if (sign >= 0) ::close(sign);
  return error;
}

}  // namespace

int OpenWaitingFile(const std::filesystem::path& lock) {
  return ::open(WaitingFileOf(lock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

absl::StatusOr<FileLock> FileLock::Take(const std::filesystem::path& path,
                                        std::chrono::milliseconds wait) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    return Refuse(Reason::kStorageFailed, "vault",
                  "its folder cannot be written (" + std::string(std::strerror(errno)) +
                      "); check who owns " + path.parent_path().string());
  }
  FileLock lock(descriptor);
  const int error = LockWithin(path, descriptor, wait);
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
