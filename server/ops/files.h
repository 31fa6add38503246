// Small files of the data directory, written so that a power loss leaves either
// the old or the new one.
#pragma once

#include <cstddef>
#include <filesystem>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

namespace holdfast::server {

// Nothing that is read whole is larger.
inline constexpr std::size_t kSmallFileBytesMax = std::size_t{64} * 1024;

// storage_failed naming the file, too_large over kSmallFileBytesMax.
absl::StatusOr<Bytes> ReadSmallFile(const std::filesystem::path& path);

// Mode 0600. Writes beside it, syncs, renames, syncs the directory.
absl::Status WriteSmallFile(const std::filesystem::path& path, BytesView content);

// Makes a directory's entries durable.
absl::Status SyncDirectory(const std::filesystem::path& directory);

// "cannot <what> <path>: <errno's text>" as storage_failed.
absl::Status FileFailure(const char* what, const std::filesystem::path& path);

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

}  // namespace holdfast::server
