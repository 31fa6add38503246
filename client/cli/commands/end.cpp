// end: the end of a bond, for good.
#include <memory>

#include "client/cli/commands/deciding.h"
#include "client/cli/terminal/input.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kConfirmation = "end";

struct Options {
  std::string bond;
  bool sure = false;
};

absl::Status Confirm(Device& device, const BondView& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  const std::string prompt =
      "This ends the exchange with " + words.Other(bond.id) +
      " for good: nothing more can be sent in it, by either of you, and what was planned no\n"
      "longer happens. Everything that was written stays on both devices.\n"
      "To end it, write \"end\": ";
  HOLDFAST_ASSIGN_OR_RETURN(const std::string answer, AskLine(prompt));
  if (answer == kConfirmation) return absl::OkStatus();
  return Refuse(Reason::kUsage, "", "nothing was ended; all is as it was");
}

absl::Status Run(Context& context, const Options& options) {
  if (!options.sure && !CanAsk()) {
    return Refuse(Reason::kUsage, "--yes",
                  "is needed where nobody can be asked whether it is meant");
  }
  return WithDevice(context, [&](Device& device) {
    return DecideAndSay(context, device, options.bond, false,
                        [&](Engine& engine, const BondView& bond) -> absl::StatusOr<ActId> {
                          if (!options.sure) HOLDFAST_RETURN_IF_ERROR(Confirm(device, bond));
                          return engine.EndBond(bond.id);
                        });
  });
}

}  // namespace

Command EndCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("end", "End a bond for good; either of you can");
  const auto options = std::make_shared<Options>();
  command->add_option("--bond", options->bond, "With whom, where there are several")
      ->type_name("WHO");
  command->add_flag("--yes", options->sure, "Do not ask whether it is meant");
  command->footer(
      "No reason is asked. Nothing more can be sent, and check-ins no longer open. Messages and\n"
      "the ledger stay on both devices. A new invitation makes a new bond.");
  return {command, [options](Context& context) { return Run(context, *options); }};
}

}  // namespace holdfast::client::cli
