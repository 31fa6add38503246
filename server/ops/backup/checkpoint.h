// A consistent copy of the store within the data directory, by hard links, made and left
// alone by whoever has the store open: the serving holdfastd, or this process where none
// serves. What takes long (reading, sealing, copying) is then done from it beside the
// practice, in a process of its own.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/ops/data_directory.h"
#include "server/ops/practice.h"
#include "server/runtime/side_thread.h"

namespace holdfast::server {

// The admin socket's command; the answer is empty.
inline constexpr const char* kStoreCheckpoint = "store checkpoint";

// Its own folder, checkpoint/, beside the store's; removed when it goes. One at a time.
class Checkpoint {
 public:
  // usage where another process holds one.
  static absl::StatusOr<Checkpoint> Take(const DataDirectory& directory);
  ~Checkpoint();
  Checkpoint(Checkpoint&&) = default;
  Checkpoint& operator=(Checkpoint&&) = delete;

  std::filesystem::path database() const { return folder_ / "db"; }
  // Room for what belongs to it.
  const std::filesystem::path& folder() const { return folder_; }

 private:
  Checkpoint(std::filesystem::path folder, FileDescriptor lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}

  std::filesystem::path folder_;
  FileDescriptor lock_;
};

// The serving side: beside the loop's thread, one after the other.
class CheckpointMaker {
 public:
  using Done = std::function<void(absl::StatusOr<std::string>)>;

  // Makes checkpoint/db; server_busy while the one before is being made. `store` stays
  // until Wait() has come back. On the loop's thread, as Wait().
  void Make(RocksDbStore& store, const DataDirectory& directory, Done done);
  void Wait() { side_.Wait(); }

 private:
  std::atomic<bool> busy_ = false;
  SideThread side_;
};

// What a process that was killed left there: it keeps room on the disk. Where nobody holds
// one.
void RemoveLeftCheckpoint(const DataDirectory& directory);

}  // namespace holdfast::server
