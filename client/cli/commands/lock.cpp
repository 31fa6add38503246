// lock: the passphrase is needed again.
#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/commands/unlocking.h"
#include "client/cli/words/json.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

std::string LockedInWords(std::size_t ended, bool all) {
  if (!all)
    return ended == 0 ? "It was locked already." : "Locked: the passphrase is needed again.";
  if (ended == 0) return "No profile was unlocked.";
  return ended == 1 ? "One profile was unlocked, and is locked now."
                    : std::to_string(ended) + " profiles were unlocked, and are locked now.";
}

absl::Status RunLock(Context& context, bool all) {
  const auto [ended, problem] = EndAgents(all ? PlacesOfAll() : PlacesOf(context.profile.vault()));
  HOLDFAST_RETURN_IF_ERROR(problem);
  // A mistyped name must not look like a profile that is locked.
  if (!all && ended == 0 && !context.profile.exists()) return context.profile.Missing();
  context.out.Say(LockedInWords(ended, all));
  context.out.Document({{"ended", ended}});
  return absl::OkStatus();
}

}  // namespace

Command LockCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("lock", "Forget what \"holdfast unlock\" holds, and ask again");
  const auto all = std::make_shared<bool>(false);
  command->add_flag("--all", *all, "Of every profile of this user");
  command->footer(
      "It looks in $XDG_RUNTIME_DIR, /run/user/USER-ID and /tmp/holdfast-USER-ID. What was "
      "unlocked with another XDG_RUNTIME_DIR, by another user or in a container is locked from "
      "there, or ends when its time is over. A command that runs meanwhile goes on, but "
      "\"watch --notify\".\n\n"
      "For example, when you leave: holdfast lock --all");
  return {command, [all](Context& context) { return RunLock(context, *all); }};
}

}  // namespace holdfast::client::cli
