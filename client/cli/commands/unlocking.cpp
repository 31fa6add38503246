#include "client/cli/commands/unlocking.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <set>

#include "client/agent/agent_call.h"
#include "client/agent/agent_wire.h"
#include "client/cli/terminal/environment.h"
#include "client/cli/words/time_input.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Where an agent's folder may lie; of the first it is made. An empty one stands for the folder
// of what is temporary.
std::vector<std::filesystem::path> RuntimeFolders() {
  std::vector<std::filesystem::path> folders;
  // As its specification has it, a relative one counts as not set.
  const std::filesystem::path set = Environment("XDG_RUNTIME_DIR");
  if (set.is_absolute()) folders.push_back(set);
  // Where sessions have it that were told of it, so that one without finds the same agent.
  const std::filesystem::path usual = "/run/user/" + std::to_string(geteuid());
  std::error_code error;
  if (std::filesystem::is_directory(usual, error)) folders.push_back(usual);
  folders.emplace_back();
  return folders;
}

// What another user has put where one is looked for keeps nobody from locking.
bool IsOwnFolder(const std::filesystem::path& folder) {
  struct stat found = {};
  return lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid();
}

// None where no agent holds the key of the vault as it is now.
absl::StatusOr<std::optional<UnlockedVault>> OpenByAgent(const std::filesystem::path& file) {
  const AgentPlace place = AgentOf(file);
  std::error_code error;
  if (!std::filesystem::exists(place.socket, error)) return std::nullopt;
  HOLDFAST_ASSIGN_OR_RETURN(LockedVault vault, LockVault(file, kVaultWait));
  auto held = AskForKey(place, VaultIdentity(vault.wrapped_key));
  if (!held) return std::nullopt;
  HOLDFAST_ASSIGN_OR_RETURN(const KeyFit fit, HowKeyFits(*vault.storage, held->key));
  if (fit == KeyFit::kOpensNone) EndAgent(place).status().IgnoreError();
  if (fit != KeyFit::kOpens) return std::nullopt;
  return UnlockedVault{
      {std::move(vault.storage), std::move(held->key), std::move(vault.wrapped_key)},
      held->left_ms};
}

}  // namespace

AgentPlace AgentOf(const std::filesystem::path& file) {
  return PlaceOfAgent(file, RuntimeFolders().front());
}

std::vector<AgentPlace> PlacesOf(const std::filesystem::path& file) {
  std::vector<AgentPlace> places;
  for (const std::filesystem::path& runtime : RuntimeFolders()) {
    AgentPlace place = PlaceOfAgent(file, runtime);
    const auto is_same = [&](const AgentPlace& other) {
      std::error_code error;
      return std::filesystem::equivalent(other.folder, place.folder, error);
    };
    if (places.empty() || (IsOwnFolder(place.folder) && std::ranges::none_of(places, is_same))) {
      places.push_back(std::move(place));
    }
  }
  return places;
}

std::vector<AgentPlace> PlacesOfAll() {
  std::vector<AgentPlace> all;
  for (const AgentPlace& one : PlacesOf({})) {
    std::ranges::move(AllAgents(one.folder), std::back_inserter(all));
  }
  return all;
}

Ending EndAgents(const std::vector<AgentPlace>& places) {
  std::set<std::filesystem::path> ended;
  Ending ending;
  for (const AgentPlace& place : places) {
    const absl::StatusOr<bool> had = EndAgent(place);
    if (!had.ok()) ending.problem = had.status();
    if (had.ok() && *had) ended.insert(place.socket.filename());
  }
  ending.ended = ended.size();
  return ending;
}

absl::StatusOr<UnlockedVault> OpenUnlocked(const std::filesystem::path& file,
                                           PassphraseSource& source) {
  HOLDFAST_ASSIGN_OR_RETURN(auto unlocked, OpenByAgent(file));
  if (unlocked) return *std::move(unlocked);
  HOLDFAST_ASSIGN_OR_RETURN(OpenedVault vault, OpenByPassphrase(file, source));
  return UnlockedVault{std::move(vault), std::nullopt};
}

absl::StatusOr<std::uint64_t> ParseHeldFor(const std::string& text, const std::string& option) {
  constexpr std::uint64_t kSecondMs = 1000;
  std::uint64_t for_ms = 0;
  if (const auto seconds =
          text.ends_with('s') ? NumberIn(text.substr(0, text.size() - 1)) : std::nullopt) {
    for_ms = *seconds * kSecondMs;
  } else {
    HOLDFAST_ASSIGN_OR_RETURN(const std::uint32_t minutes, ParseMinutes(text, option));
    for_ms = minutes * std::uint64_t{60} * kSecondMs;
  }
  if (for_ms >= kSecondMs && for_ms <= kHeldMsMax) return for_ms;
  return Refuse(Reason::kUsage, option, "must be between a second and 24 hours, like 30m or 8h");
}

absl::StatusOr<OpenedVault> OpenByPassphrase(const std::filesystem::path& file,
                                             PassphraseSource& source) {
  for (int tries = 1;; ++tries) {
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::SecretBytes given, source.Existing());
    const crypto::SecretBytes passphrase = NormalPassphrase(given);
    auto vault = OpenVault(file, passphrase.Expose(), kVaultWait);
    const auto is_wrong = [&] { return ReasonOf(vault.status()) == Reason::kWrongPassphrase; };
    // A vault may have been made before there was one form.
    if (is_wrong() && !(passphrase == given)) {
      vault = OpenVault(file, given.Expose(), kVaultWait);
    }
    if (!is_wrong() || !source.asks() || tries == kPassphraseTriesMax) return vault;
    std::cerr << "That is not this profile's passphrase. Try once more.\n";
  }
}

}  // namespace holdfast::client::cli
