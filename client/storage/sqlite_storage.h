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
  Bytes wrapped_key;  // as the file has it; not secret
};

// A vault's file without its key.
struct LockedVault {
  std::unique_ptr<VaultStorage> storage;
  Bytes wrapped_key;
};

// A new vault under a fresh key. All or nothing: a crash on the way leaves no
// vault. vault_exists, vault_busy, storage_failed.
absl::StatusOr<OpenedVault> CreateVault(const std::filesystem::path& file, BytesView passphrase,
                                        const crypto::PassphraseCost& cost = {});

// vault_missing, vault_busy where another process uses it for longer than `wait`,
// wrong_passphrase, vault_damaged, newer_format, storage_failed.
absl::StatusOr<OpenedVault> OpenVault(const std::filesystem::path& file, BytesView passphrase,
                                      std::chrono::milliseconds wait = {});

// The same file for whoever holds its key already: no passphrase. Whether a key is this
// vault's shows when a value is opened.
absl::StatusOr<LockedVault> LockVault(const std::filesystem::path& file,
                                      std::chrono::milliseconds wait = {});

enum class KeyFit {
  kOpens,      // a value, so it is this vault's; others may be damaged all the same
  kNothing,    // is kept there yet
  kOpensNone,  // of the values: it is another vault's, or all of them are damaged
};
absl::StatusOr<KeyFit> HowKeyFits(VaultStorage& storage, const crypto::VaultKey& key);

// Puts the vault's key, wrapped anew, in the place of `expected`, in one synced commit: a crash
// leaves the one or the other. What was there is overwritten in the file. vault_busy, and nothing
// changed, where `expected` is there no more.
absl::Status ReplaceWrappedKey(const std::filesystem::path& file, BytesView expected,
                               BytesView fresh, std::chrono::milliseconds wait = {});

}  // namespace holdfast::client
