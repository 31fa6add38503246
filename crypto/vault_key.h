// The vault's key: random, wrapped under a key from the passphrase by Argon2id
// (crypto/PROTOCOL.md "Vault").
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "crypto/public/secret.h"

namespace holdfast::crypto {

struct PassphraseCost {
  std::uint32_t passes = 3;
  std::uint64_t memory_bytes = std::uint64_t{256} * 1024 * 1024;
};
// Bounds on what a vault file may ask for, so that a damaged one cannot exhaust us.
inline constexpr std::uint32_t kPassesMax = 16;
inline constexpr std::uint64_t kMemoryBytesMax = std::uint64_t{2} * 1024 * 1024 * 1024;

struct VaultKeyTag : SealingTag {};
using VaultKey = Secret<32, VaultKeyTag>;

// version || passes || memory || salt (16) || nonce || sealed key. Not secret.
absl::StatusOr<Bytes> WrapVaultKey(const VaultKey& key, BytesView passphrase,
                                   const PassphraseCost& cost);
// wrong_passphrase, vault_damaged or newer_format.
absl::StatusOr<VaultKey> UnwrapVaultKey(BytesView wrapped, BytesView passphrase);

// One stored value, its key name as associated data.
Bytes SealVaultValue(const VaultKey& key, BytesView name, BytesView value);
// vault_damaged naming `name`.
absl::StatusOr<SecretBytes> OpenVaultValue(const VaultKey& key, BytesView name, BytesView sealed);

}  // namespace holdfast::crypto
