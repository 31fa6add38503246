// lock: the passphrase is needed again.
#include <memory>

#include "client/agent/agent_call.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/unlocking.h"
#include "client/cli/words/json.h"

namespace holdfast::client::cli {
namespace {

// As many as end, even where one does not.
absl::Status EndEach(const std::vector<AgentPlace>& places, std::size_t& ended) {
  absl::Status problem;
  for (const AgentPlace& place : places) {
    const absl::StatusOr<bool> had = EndAgent(place);
    if (!had.ok()) problem = had.status();
    if (had.ok() && *had) ++ended;
  }
  return problem;
}

std::string LockedInWords(std::size_t ended, bool all) {
  if (!all)
    return ended == 0 ? "It was locked already." : "Locked: the passphrase is needed again.";
  if (ended == 0) return "No profile was unlocked.";
  return ended == 1 ? "One profile was unlocked, and is locked now."
                    : std::to_string(ended) + " profiles were unlocked, and are locked now.";
}

absl::Status RunLock(Context& context, bool all) {
  const AgentPlace own = AgentOf(context.profile.vault());
  std::size_t ended = 0;
  HOLDFAST_RETURN_IF_ERROR(
      EndEach(all ? AllAgents(own.folder) : std::vector<AgentPlace>{own}, ended));
  // A mistyped name must not look like a profile that is locked.
  if (!all && ended == 0 && !context.profile.exists()) return context.profile.Missing();
  context.has_acted = ended > 0;
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
      "A command that runs meanwhile goes on. For example, when you leave: holdfast lock --all");
  return {command, [all](Context& context) { return RunLock(context, *all); }};
}

}  // namespace holdfast::client::cli
