// A profile's vault, and what opens it: the passphrase, or the agent that holds its key.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "client/agent/agent_place.h"
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

struct UnlockedVault {
  OpenedVault vault;
  // For how long its agent holds the key; none where the passphrase was needed.
  std::optional<std::uint64_t> left_ms;
};
// Opened by the key of the profile's agent; where it has none, or not this vault's, as above.
absl::StatusOr<UnlockedVault> OpenUnlocked(const std::filesystem::path& file,
                                           PassphraseSource& source);

// Of this vault, by XDG_RUNTIME_DIR where that is an absolute path, or where systems have that.
AgentPlace AgentOf(const std::filesystem::path& file);
// The same one first, and behind it where else this user's commands look for one in a session
// that has another XDG_RUNTIME_DIR, or none.
std::vector<AgentPlace> PlacesOf(const std::filesystem::path& file);
// Of the agents of all vaults, in the same folders.
std::vector<AgentPlace> PlacesOfAll();

struct Ending {
  std::size_t ended = 0;  // vaults that had an agent, and have none any more
  absl::Status problem;   // with one that did not end, or may not have
};
// As many as end, even where one does not.
Ending EndAgents(const std::vector<AgentPlace>& places);

// In milliseconds; the longest is kHeldMsMax. usage naming `option`.
absl::StatusOr<std::uint64_t> ParseHeldFor(const std::string& text, const std::string& option);

}  // namespace holdfast::client::cli
