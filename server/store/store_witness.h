// A small file beside the database that knows that there is a store, and how much was
// written to it: so a database that went missing, or lost its end, is never taken for
// a new or a whole one. It is written after each commit without waiting for the disk,
// so it outlives kill -9 exactly, and a power loss up to the last Sync.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/store/posix_file.h"

namespace holdfast::server {

class StoreWitness {
 public:
  // What it says: the store's newest write, 0 where it is there and cannot be read.
  // nullopt where it is not there: no store has been served. storage_failed where
  // neither can be told.
  static absl::StatusOr<std::optional<std::uint64_t>> Read(const std::filesystem::path& path);

  // Whether the start before was told the same of the store and wrote this very file: a
  // copy of it, as in a backup, does not count.
  static bool WasTold(const std::filesystem::path& path, const std::string& told);

  // Made, or taken over, with that number; durable on return. `told`: what this start was
  // told of the store, in one word; empty: nothing.
  static absl::StatusOr<std::unique_ptr<StoreWitness>> Open(const std::filesystem::path& path,
                                                            std::uint64_t newest_write,
                                                            const std::string& told = "");
  ~StoreWitness();
  StoreWitness(const StoreWitness&) = delete;
  StoreWitness& operator=(const StoreWitness&) = delete;

  // The newest write is durable. One thread at a time; never waits for the disk.
  // Failing is no error: less is known after a loss.
  void Note(std::uint64_t newest_write);
  // Makes what was noted durable, where something was. Any thread.
  void Sync();

 private:
  explicit StoreWitness(FileDescriptor file) : file_(std::move(file)) {}

  const FileDescriptor file_;
  std::atomic<bool> noted_ = false;
};

}  // namespace holdfast::server
