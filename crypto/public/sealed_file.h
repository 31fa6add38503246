// A file sealed to somebody's public key block by block: whoever seals cannot open it
// again. A fresh key in a sealed box, then the blocks under it, the last one marked, so
// that a file that was cut, changed, or put under another name does not open. The bytes
// are in crypto/PROTOCOL.md "Sealed files".
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/public/secret.h"
#include "rules/identifiers.h"

namespace holdfast::crypto {

using BackupPublicKey = FixedBytes<32, struct BackupPublicKeyTag>;  // X25519
using BackupSecretKey = Secret<32, struct BackupSecretKeyTag>;

BackupSecretKey GenerateBackupKey();
BackupPublicKey PublicOf(const BackupSecretKey& key);

// Of the sealed file: what stands before the blocks, and how much longer each block is.
inline constexpr std::size_t kSealedHeadBytes = 19 + 80 + 24;
inline constexpr std::size_t kSealedBlockExtraBytes = 17;
// Every block but the last has exactly so many bytes of the file.
inline constexpr std::size_t kSealedBlockBytes = std::size_t{64} * 1024;

// The state of both directions; wiped when it goes.
class SealedFileState {
 public:
  SealedFileState() = default;
  ~SealedFileState() { Wipe(memory_.data(), memory_.size()); }
  SealedFileState(SealedFileState&& other) noexcept : memory_(other.memory_) {
    Wipe(other.memory_.data(), other.memory_.size());
  }
  SealedFileState& operator=(SealedFileState&&) = delete;

  unsigned char* memory() { return memory_.data(); }

  static constexpr std::size_t kBytes = 64;

 private:
  alignas(16) std::array<unsigned char, kBytes> memory_{};
};

class FileSealer {
 public:
  // `name` is authenticated with every block.
  FileSealer(const BackupPublicKey& to, std::string_view name);

  const Bytes& head() const { return head_; }
  // In order; nothing comes behind the last, which may be empty or short.
  Bytes Seal(BytesView block, bool is_last);

 private:
  SealedFileState state_;
  Bytes head_;
  Bytes bound_to_;
};

class FileOpener {
 public:
  // integrity where `head` was not sealed to this key, or is no head.
  static absl::StatusOr<FileOpener> Begin(const BackupSecretKey& key, std::string_view name,
                                          BytesView head);
  // integrity unless it is the next block as it was sealed, and the last where it is said
  // to be.
  absl::StatusOr<SecretBytes> Open(BytesView sealed, bool is_last);

 private:
  FileOpener() = default;

  SealedFileState state_;
  Bytes bound_to_;
};

}  // namespace holdfast::crypto
