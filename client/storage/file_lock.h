// A lock that the operating system frees with the process.
#pragma once

#include <chrono>
#include <filesystem>

#include "absl/status/statusor.h"

namespace holdfast::client {

// Beside a vault, whose real name this is.
inline std::filesystem::path LockFileOf(const std::filesystem::path& vault) {
  return vault.string() + ".lock";
}

// Beside that lock: whoever waits for it has a shared lock on this file, so that whoever keeps it
// for long can tell.
inline std::filesystem::path WaitingFileOf(const std::filesystem::path& lock) {
  return lock.string() + ".waiting";
}
// Made where there is none; -1 where it cannot be opened.
int OpenWaitingFile(const std::filesystem::path& lock);

// An exclusive lock on a file of its own, held until this goes or the process
// ends, however it ends.
class FileLock {
 public:
  // vault_busy where another process holds it for longer than `wait`; storage_failed.
  static absl::StatusOr<FileLock> Take(const std::filesystem::path& path,
                                       std::chrono::milliseconds wait = {});
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace holdfast::client
