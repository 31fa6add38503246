// What every layer that touches files needs: a descriptor that closes itself, what a
// failure is called, and a directory whose entries are durable.
#pragma once

#include <filesystem>

#include "absl/status/status.h"

namespace holdfast::server {

// A descriptor that is closed when it goes.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(other.Release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;

  bool ok() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }
  int Release();

 private:
  int descriptor_ = -1;
};

// "cannot <what> <path>: <errno's text>" as storage_failed.
absl::Status FileFailure(const char* what, const std::filesystem::path& path);

// Makes a directory's entries durable.
absl::Status SyncDirectory(const std::filesystem::path& directory);
// The same of the directory that the file lies in.
absl::Status SyncDirectoryOf(const std::filesystem::path& file);

}  // namespace holdfast::server
