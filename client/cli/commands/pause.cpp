// pause and resume.
#include <memory>

#include "client/cli/commands/deciding.h"
#include "client/cli/words/schedule_input.h"

namespace holdfast::client::cli {
namespace {

struct PauseOptions {
  std::string until;
  std::string bond;
  bool ahead_too = false;
};

void AddBond(CLI::App& command, PauseOptions& options) {
  command.add_option("--bond", options.bond, "With whom, where there are several")
      ->type_name("WHO");
}

}  // namespace

Command PauseCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("pause", "Rest until a day; no reason is asked");
  const auto options = std::make_shared<PauseOptions>();
  command->add_option("--until", options->until, "The day on which it ends, e.g. 2026-03-15")
      ->required()
      ->type_name("DAY");
  command->add_flag("--ahead-too", options->ahead_too,
                    "Notes that were written ahead wait until it ends as well; else they come as "
                    "they were meant to");
  AddBond(*command, *options);
  command->footer(
      "For clients. Check-ins are skipped, nobody reminds you, and nothing is counted. What is\n"
      "owed to you stays owed. You can write at any time, and \"holdfast resume\" ends it early.");
  return {command, [options](Context& context) -> absl::Status {
            HOLDFAST_ASSIGN_OR_RETURN(const LocalMs until,
                                      ParseDay(options->until, "--until", OwnNow()));
            return WithDevice(context, [&](Device& device) {
              return DecideAndSay(
                  context, device, options->bond, false, [&](Engine& engine, const BondView& bond) {
                    return engine.Pause(bond.id, FromOwnClock(until), options->ahead_too);
                  });
            });
          }};
}

Command ResumeCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("resume", "End a pause early");
  const auto options = std::make_shared<PauseOptions>();
  AddBond(*command, *options);
  return {command, [options](Context& context) {
            return WithDevice(context, [&](Device& device) {
              return DecideAndSay(
                  context, device, options->bond, false,
                  [](Engine& engine, const BondView& bond) { return engine.Resume(bond.id); });
            });
          }};
}

}  // namespace holdfast::client::cli
