// rename: what a person calls the other side, for nobody else to see.
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/words/json.h"
#include "client/cli/words/naming.h"
#include "client/cli/words/text.h"
#include "client/core/outside/limits.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

struct RenameOptions {
  std::string bond;
  std::string name;
};

absl::Status RunRename(Context& context, const RenameOptions& options) {
  const std::string name = Trimmed(options.name);
  HOLDFAST_RETURN_IF_ERROR(CheckFits(name, limits::kLabelBytesMax, "NAME"));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
    HOLDFAST_RETURN_IF_ERROR(device.CheckNameIsFree(name, "NAME", bond.id));
    HOLDFAST_ASSIGN_OR_RETURN(const Words before, device.words());
    HOLDFAST_RETURN_IF_ERROR(device.engine().SetLabel(bond.id, name));
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    context.out.Say(before.Subject(bond.id) + " is called " + words.Other(bond.id) +
                    " from now on, on all devices of yours. Nobody else sees it.");
    context.has_acted = true;
    context.out.Document({{"bond", {{"id", bond.id.hex()}, {"label", TextJson(name)}}}});
    return absl::OkStatus();
  });
}

}  // namespace

Command RenameCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("rename", "Choose what you call the other side");
  const auto options = std::make_shared<RenameOptions>();
  command->add_option("NAME", options->name, "Your own name for them; \"\" for none")->required();
  command->add_option("--bond", options->bond, "Whom, where there are several: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  command->footer("Nobody else sees the name; your other devices show it as well.");
  return {command, [options](Context& context) { return RunRename(context, *options); }};
}

}  // namespace holdfast::client::cli
