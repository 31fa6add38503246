// passphrase: another passphrase for the same vault.
#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/commands/unlocking.h"
#include "client/cli/words/json.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// The key of what is kept stays, and is wrapped anew, under a new salt.
absl::Status RunPassphrase(Context& context, const std::string& path) {
  if (!context.profile.exists()) return context.profile.Missing();
  HOLDFAST_RETURN_IF_ERROR(crypto::Initialise());
  const std::filesystem::path file = context.profile.vault();
  PassphraseSource source(context.profile);
  crypto::SecretBytes next;
  // What can be refused already is, before anything is asked.
  if (!path.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(next, source.Replacement(path));
  }
  HOLDFAST_ASSIGN_OR_RETURN(OpenedVault vault, OpenByPassphrase(file, source));
  vault.storage.reset();  // for others, while a person thinks
  if (path.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(next, source.Replacement(path));
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes wrapped, crypto::WrapVaultKey(vault.key, next.Expose(),
                                                                      crypto::PassphraseCost()));
  HOLDFAST_RETURN_IF_ERROR(ReplaceWrappedKey(file, vault.wrapped_key, wrapped, kVaultWait));
  const Ending ending = EndAgents(PlacesOf(file));
  const bool locked = ending.ended > 0 && ending.problem.ok();
  context.out.Say("The new passphrase of " + context.profile.name() +
                  " counts from now on, and the old one opens nothing here any more.");
  context.out.Aside(
      "Copies of the vault that were made before still open to the old one, and whoever has both "
      "can read what this vault keeps later as well: the key inside is the same.");
  if (locked) context.out.Aside("It was unlocked, and is locked again.");
  if (!ending.problem.ok()) {
    context.out.Aside(
        "Whether a process still holds the key is not certain; \"holdfast lock --all\" ends it. "
        "What was in the way: " +
        std::string(MessageOf(ending.problem)) + ".");
  }
  if (source.changed()) context.out.Aside(kPassphraseChanged);
  context.out.Document(
      {{"normalised", source.changed()},
       {"locked", locked},
       {"lock_error", ending.problem.ok() ? Json(nullptr) : ErrorJson(ending.problem)}});
  return absl::OkStatus();
}

}  // namespace

Command PassphraseCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("passphrase", "Change the passphrase; what is kept stays as it is");
  const auto path = std::make_shared<std::string>();
  command
      ->add_option(std::string(kNewPassphraseFile), *path,
                   "Read the new one from a file; - is standard input")
      ->type_name("FILE");
  command->footer(
      "The old one is asked for, or HOLDFAST_PASSPHRASE holds it; then the new one, twice. "
      "Whatever interrupts this, one of the two opens the vault.\n\n"
      "For example, in a script: holdfast passphrase --new-passphrase-file new.txt");
  return {command, [path](Context& context) { return RunPassphrase(context, *path); }};
}

}  // namespace holdfast::client::cli
