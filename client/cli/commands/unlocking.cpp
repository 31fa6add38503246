#include "client/cli/commands/unlocking.h"

#include <unistd.h>

#include <iostream>

#include "client/agent/agent_call.h"
#include "client/agent/agent_wire.h"
#include "client/cli/terminal/environment.h"
#include "client/cli/words/time_input.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Empty where there is none.
std::filesystem::path RuntimeFolder() {
  if (const std::string set = Environment("XDG_RUNTIME_DIR"); !set.empty()) return set;
  // Where sessions have it that were told of it, so that one without finds the same agent.
  const std::filesystem::path usual = "/run/user/" + std::to_string(geteuid());
  std::error_code error;
  return std::filesystem::is_directory(usual, error) ? usual : std::filesystem::path();
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
  return PlaceOfAgent(file, RuntimeFolder());
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
