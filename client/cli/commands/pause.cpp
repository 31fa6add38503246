// pause and resume.
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/deciding.h"
#include "client/cli/words/schedule_input.h"
#include "client/cli/words/signing_words.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

// Where no day is named: as far as a pause may reach, whatever becomes of the clock.
constexpr std::uint64_t kOpenPauseDays = limits::kPauseMsMax / limits::kDayMs - 2;

struct PauseOptions {
  std::string until;
  std::string bond;
  bool ahead_too = false;
  bool yes = false;
};

void AddBond(CLI::App& command, PauseOptions& options) {
  command.add_option("--bond", options.bond, "With whom, where there are several")
      ->check(Who())
      ->type_name("WHO");
}

absl::StatusOr<std::uint64_t> PausedUntil(const PauseOptions& options) {
  const LocalMs now = OwnNow();
  if (options.until.empty()) {
    return FromOwnClock((now / limits::kDayMs + kOpenPauseDays) * limits::kDayMs);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const LocalMs until, ParseDay(options.until, "--until", now));
  return FromOwnClock(until);
}

absl::Status RunPause(Context& context, const PauseOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t until_ms, PausedUntil(options));
  HOLDFAST_RETURN_IF_ERROR(
      AsTyped(CheckDecision(Pause{until_ms, options.ahead_too}, SystemClock().WallMs())));
  return WithDevice(context, [&](Device& device) {
    return DecideAndSay(
        context, device,
        {.bonds = OneBond(options.bond),
         .yes = options.yes,
         .show = [&](Device&, const std::vector<BondView>&) -> absl::StatusOr<std::string> {
           HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
           return PauseToSign(words, until_ms, options.ahead_too) +
                  (options.until.empty() ? " \"holdfast resume\" ends it as soon as you like."
                                         : "");
         },
         .decide =
             [&](Engine& engine, const BondView& bond) {
               return engine.Pause(bond.id, until_ms, options.ahead_too);
             }});
  });
}

}  // namespace

Command PauseCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("pause", "Rest until a day; no reason is asked");
  const auto options = std::make_shared<PauseOptions>();
  command
      ->add_option("--until", options->until,
                   "The day on which it ends, e.g. 2026-03-15 or \"in 2 weeks\"; else until you "
                   "come back, a year at most")
      ->type_name("DAY");
  command->add_flag("--ahead-too", options->ahead_too,
                    "Notes that were written ahead wait until it ends as well; else they come as "
                    "they were meant to");
  command->add_flag("--yes", options->yes, std::string(kYesHelp));
  AddBond(*command, *options);
  command->footer(
      "For clients. Check-ins are skipped, nobody reminds you, and nothing is counted. What is\n"
      "owed to you stays owed. You can write at any time, and \"holdfast resume\" ends it early.");
  return {command, [options](Context& context) { return RunPause(context, *options); }};
}

Command ResumeCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("resume", "End a pause early");
  const auto options = std::make_shared<PauseOptions>();
  AddBond(*command, *options);
  return {command, [options](Context& context) {
            return WithDevice(context, [&](Device& device) {
              return DecideAndSay(context, device,
                                  {.bonds = OneBond(options->bond),
                                   .decide = [](Engine& engine, const BondView& bond) {
                                     return engine.Resume(bond.id);
                                   }});
            });
          }};
}

}  // namespace holdfast::client::cli
