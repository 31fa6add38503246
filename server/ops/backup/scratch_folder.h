// A folder of this process alone, for what may be read there for a while: gone with it, also
// where SIGINT, SIGTERM or SIGHUP ends the process.
#pragma once

#include <atomic>
#include <csignal>
#include <filesystem>
#include <memory>
#include <thread>

#include "absl/status/statusor.h"

namespace holdfast::server {

// One at a time, made and removed on one thread; threads that are begun while it is there take
// no such signal either.
class ScratchFolder {
 public:
  // Within `in`, or where that is empty, in TMPDIR. storage_failed.
  static absl::StatusOr<std::unique_ptr<ScratchFolder>> Make(const std::filesystem::path& in);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit ScratchFolder(std::filesystem::path path);
  // Until it ends or a signal comes, which it passes on once nothing is left.
  void Watch();

  const std::filesystem::path path_;
  sigset_t watched_{};
  sigset_t before_{};
  std::atomic<bool> ending_ = false;
  std::thread watcher_;
};

}  // namespace holdfast::server
