// Whether other commands wait for a vault that this one keeps: each says so by a lock on a file
// beside it, as FileLock::Take() does while it waits.
#pragma once

#include <filesystem>

#include "absl/status/statusor.h"

namespace holdfast::client {

class VaultQueue {
 public:
  // Of a vault that is there. storage_failed where the system watches no more files.
  static absl::StatusOr<VaultQueue> Of(const std::filesystem::path& vault);
  VaultQueue(VaultQueue&& other) noexcept;
  VaultQueue& operator=(VaultQueue&&) = delete;
  ~VaultQueue();

  // Readable when somebody may have come.
  int fd() const { return watch_; }
  bool HasOthers();

 private:
  VaultQueue(int watch, int waiting) : watch_(watch), waiting_(waiting) {}

  int watch_ = -1;    // inotify's
  int waiting_ = -1;  // the file of those that wait
};

}  // namespace holdfast::client
