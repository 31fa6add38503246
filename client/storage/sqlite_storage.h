// The vault's file: SQLite in WAL mode, synchronous=FULL, so that a commit that
// answered OK survives kill -9 and power loss. Values come sealed; the file also
// holds the vault's key, wrapped under the passphrase. Mode 0600, its folder 0700
// where it is made here. A lock file beside it keeps a second process out.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "absl/status/statusor.h"
#include "client/core/outside/vault_storage.h"
#include "crypto/vault_key.h"

namespace holdfast::client {

struct OpenedVault {
  std::unique_ptr<VaultStorage> storage;
  crypto::VaultKey key;
};

// A new vault under a fresh key. All or nothing: a crash on the way leaves no
// vault. vault_exists, vault_busy, storage_failed.
absl::StatusOr<OpenedVault> CreateVault(const std::filesystem::path& file, BytesView passphrase,
                                        const crypto::PassphraseCost& cost = {});

// vault_missing, vault_busy where another process uses it for longer than `wait`,
// wrong_passphrase, vault_damaged, newer_format, storage_failed.
absl::StatusOr<OpenedVault> OpenVault(const std::filesystem::path& file, BytesView passphrase,
                                      std::chrono::milliseconds wait = {});

// The same file again, by whoever still holds its key: no passphrase. Whether the key is
// this vault's shows when the first value is opened.
absl::StatusOr<std::unique_ptr<VaultStorage>> OpenVaultAgain(const std::filesystem::path& file,
                                                             std::chrono::milliseconds wait = {});

}  // namespace holdfast::client
