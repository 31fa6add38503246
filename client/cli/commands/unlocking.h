// A profile's vault and the passphrase that opens it.
#pragma once

#include <chrono>
#include <filesystem>

#include "client/cli/terminal/passphrase.h"
#include "client/storage/sqlite_storage.h"

namespace holdfast::client::cli {

// For another command to be through with the vault: each is, within a second or two, but
// for one that stays.
inline constexpr std::chrono::milliseconds kVaultWait{5000};

// Opened by what `source` gives, which is asked kPassphraseTriesMax times where a person
// answers. wrong_passphrase, and what OpenVault says.
absl::StatusOr<OpenedVault> OpenByPassphrase(const std::filesystem::path& file,
                                             PassphraseSource& source);

}  // namespace holdfast::client::cli
