// DIR of every command: all that a practice is.
//
//   holdfast.toml  configuration; written last by init, so its presence says that
//                  the directory is complete
//   practice.key   the practice's signing key; whoever has it is the practice
//   tls.key        the TLS key, and
//   tls.crt        its self-signed certificate
//   db/            the store
//   store          knows that there is one, and how far it was written
//   ballast        space kept back for a full disk
//   lock           held while holdfastd uses the directory
//   admin.sock     the operator's way to a serving holdfastd
//   listening      host:port, there while it serves
//   restoring      there while a backup is being restored, and after that was interrupted
//   restored       a backup was restored, and nobody has served it since
//   last-backup    when the newest backup was made, and where it lies
//   checkpoint/    a copy of the store by hard links, while a backup is made from it
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/ops/files.h"

namespace holdfast::server {

class DataDirectory {
 public:
  // An existing one; usage where it is none, cannot be read or is open to others, saying
  // what to do.
  static absl::StatusOr<DataDirectory> Open(const std::filesystem::path& path);
  // A new one: made with mode 0700, or there and empty but for a lock. usage otherwise. It counts
  // as existing once its configuration is written.
  static absl::StatusOr<DataDirectory> Create(const std::filesystem::path& path);
  // One to restore a backup into: new as above, or where restoring one was interrupted.
  static absl::StatusOr<DataDirectory> CreateToRestore(const std::filesystem::path& path);

  std::filesystem::path path() const { return path_; }
  std::filesystem::path configuration() const { return path_ / "holdfast.toml"; }
  std::filesystem::path practice_key() const { return path_ / "practice.key"; }
  std::filesystem::path tls_key() const { return path_ / "tls.key"; }
  std::filesystem::path tls_certificate() const { return path_ / "tls.crt"; }
  std::filesystem::path database() const { return path_ / "db"; }
  std::filesystem::path store_witness() const { return path_ / "store"; }
  std::filesystem::path ballast() const { return path_ / "ballast"; }
  std::filesystem::path listening() const { return path_ / "listening"; }
  std::filesystem::path restoring() const { return path_ / "restoring"; }
  std::filesystem::path restored() const { return path_ / "restored"; }
  std::filesystem::path last_backup() const { return path_ / "last-backup"; }
  std::filesystem::path checkpoint() const { return path_ / "checkpoint"; }
  std::filesystem::path checkpoint_lock() const { return path_ / "checkpoint.lock"; }

  // Where to bind or connect the admin socket: a short name through `directory`,
  // because a socket's path may have 107 bytes only. Valid while `directory` is
  // open.
  static std::string SocketPath(const FileDescriptor& directory, std::string_view name);
  static std::string AdminSocketPath(const FileDescriptor& directory);
  absl::StatusOr<FileDescriptor> OpenDirectory() const;

  // Held until the descriptor goes, at the latest with the process. nullopt where
  // another holdfastd holds it.
  absl::StatusOr<std::optional<FileDescriptor>> TryLock() const;

 private:
  explicit DataDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace holdfast::server
