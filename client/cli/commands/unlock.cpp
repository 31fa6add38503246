// unlock: an agent holds the vault's key for a while, and commands ask for no passphrase.
#include <memory>

#include "client/agent/agent_call.h"
#include "client/agent/agent_process.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/unlocking.h"
#include "client/cli/words/json.h"
#include "client/cli/words/times.h"
#include "client/host/system_world.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// A day of work; at night it is over by itself.
constexpr const char* kHeldForByDefault = "8h";
constexpr const char* kForOption = "--for";

struct Unlocked {
  std::uint64_t left_ms = 0;
  bool memory_locked = false;
  bool begun = false;  // now, and not before
};

// Whether that is so already: for this no passphrase is needed.
absl::StatusOr<std::optional<Holding>> AlreadyHeld(const std::filesystem::path& file) {
  const AgentPlace place = AgentOf(file);
  std::error_code error;
  if (!std::filesystem::exists(place.socket, error)) return std::nullopt;
  HOLDFAST_ASSIGN_OR_RETURN(const LockedVault vault, LockVault(file, kVaultWait));
  return AskHowLong(place, VaultIdentity(vault.wrapped_key));
}

absl::StatusOr<Unlocked> BeginAgent(const Profile& profile, std::uint64_t for_ms) {
  const std::filesystem::path file = std::filesystem::absolute(profile.vault());
  const AgentPlace place = AgentOf(file);
  HOLDFAST_RETURN_IF_ERROR(TakePlace(place).status());  // before anything is asked
  HOLDFAST_ASSIGN_OR_RETURN(AgentStart start, AgentStart::Begin({file, place.socket, for_ms}));
  PassphraseSource source(profile);
  HOLDFAST_ASSIGN_OR_RETURN(const OpenedVault vault, OpenByPassphrase(file, source));
  HOLDFAST_ASSIGN_OR_RETURN(const KeyFit fit, HowKeyFits(*vault.storage, vault.key));
  if (fit == KeyFit::kOpensNone) {
    return Refuse(Reason::kVaultDamaged, "vault",
                  "nothing that is kept there opens with its own key; put back a copy of the "
                  "file, made while nothing ran");
  }
  if (fit == KeyFit::kNothing) {
    return Refuse(Reason::kVaultMissing, "",
                  "the profile \"" + profile.name() +
                      "\" has no account yet, so there is nothing to unlock. Finish \"holdfast "
                      "join\" or \"holdfast enroll\" first");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Descriptor alone, TakePlace(place));
  HOLDFAST_RETURN_IF_ERROR(EndAgentAt(place, alone).status());
  HOLDFAST_ASSIGN_OR_RETURN(const bool memory_locked,
                            start.Give(VaultIdentity(vault.wrapped_key), vault.key));
  return Unlocked{for_ms, memory_locked, true};
}

absl::StatusOr<Unlocked> UnlockProfile(const Profile& profile, const std::string& length) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t for_ms,
                            ParseHeldFor(length.empty() ? kHeldForByDefault : length, kForOption));
  if (!profile.exists()) return profile.Missing();
  HOLDFAST_RETURN_IF_ERROR(crypto::Initialise());
  if (length.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto held, AlreadyHeld(profile.vault()));
    if (held) return Unlocked{held->left_ms, held->memory_locked, false};
  }
  return BeginAgent(profile, for_ms);
}

absl::Status RunUnlock(Context& context, const std::string& length) {
  HOLDFAST_ASSIGN_OR_RETURN(const Unlocked unlocked, UnlockProfile(context.profile, length));
  const std::uint64_t now_ms = SystemClock().WallMs();
  const std::uint64_t until_ms = now_ms + unlocked.left_ms;
  context.out.Say((unlocked.begun ? "Unlocked until " : "It is unlocked already, until ") +
                  LocalTime(until_ms, now_ms) +
                  ". Until then commands of this profile ask for no passphrase; \"holdfast "
                  "lock\" ends that sooner.");
  if (!unlocked.memory_locked) {
    context.out.Aside(
        "This system does not let its memory be locked, so the key may be written to the swap "
        "space where there is one.");
  }
  context.out.Document({{"unlocked_until", TimeJson(until_ms)},
                        {"begun", unlocked.begun},
                        {"memory_locked", unlocked.memory_locked}});
  return absl::OkStatus();
}

}  // namespace

Command UnlockCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("unlock", "Ask for no passphrase for a while, or until \"holdfast lock\"");
  const auto length = std::make_shared<std::string>();
  command
      ->add_option(kForOption, *length,
                   "For how long from now on: 30m, 2h, 24h at most; 8h without this")
      ->type_name("LENGTH");
  command->footer(
      "A process of its own keeps the vault's key in memory, for this profile and this user of "
      "the machine alone, and ends by itself. Time counts while the machine sleeps. Whoever sits "
      "down here meanwhile reads what you could read, so lock the screen as well.\n\n"
      "For example, for an evening: holdfast unlock --for 2h");
  return {command, [length](Context& context) { return RunUnlock(context, *length); }};
}

}  // namespace holdfast::client::cli
