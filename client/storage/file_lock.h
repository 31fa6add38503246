// A lock that the operating system frees with the process.
#pragma once

#include <chrono>
#include <filesystem>

#include "absl/status/statusor.h"

namespace holdfast::client {

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
