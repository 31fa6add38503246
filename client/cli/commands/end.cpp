// end: the end of a bond, for good.
#include <iostream>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/deciding.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/overview_words.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kConfirmation = "end";

struct EndOptions {
  std::string bond;
  bool sure = false;
};

absl::StatusOr<std::string> WhatEnds(Device& device, const BondView& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, device.engine().Standing(bond.id));
  std::string text = "This ends your bond with " + words.Other(bond.id) +
                     " for good: nothing more can be sent in it, by either of you, and what was "
                     "planned no longer happens.";
  if (standing.next_slot) text += " Check-ins no longer open.";
  if (!standing.promises.empty()) {
    text += words.is_client() ? " Replies that are owed to you will not come."
                              : " Replies that you owe are owed no longer.";
  }
  return text + " Everything that was written stays on both devices. " +
         AfterTheEnd(words.is_client());
}

bool IsNoOrEnd(const std::string& answer) {
  const std::string word = PlainWords(answer);
  return word.empty() || word == "n" || word == "no" || word == kConfirmation;
}

absl::Status Confirm(Device& device, const std::string& what) {
  bool meant = false;
  HOLDFAST_RETURN_IF_ERROR(device.WithoutVault([&] {
    std::cerr << Fitted(what, PromptColumns()) << "\n";
    auto answer = AskToDecide("To end it, write \"end\": ");
    // Another word is no clear no.
    if (answer && !IsNoOrEnd(*answer)) {
      answer = AskToDecide("Only the word \"end\" ends it; Enter alone leaves it as it is: ");
    }
    meant = answer && PlainWords(*answer) == kConfirmation;
  }));
  if (meant) return absl::OkStatus();
  return Declined("nothing was signed; all is as it was");
}

absl::Status RunEnd(Context& context, const EndOptions& options) {
  if (!options.sure && !AsksPeople(context)) {
    return Refuse(Reason::kUsage, "--yes",
                  "is needed where nobody can be asked whether it is meant");
  }
  return WithDevice(context, [&](Device& device) {
    return DecideAndSay(
        context, device,
        {.bonds = OneBond(options.bond),
         .yes = options.sure,
         .show = [&](Device&, const std::vector<BondView>& bonds) -> absl::StatusOr<std::string> {
           return WhatEnds(device, bonds.front());
         },
         .ask = Confirm,
         .decide = [](Engine& engine, const BondView& bond) { return engine.EndBond(bond.id); }});
  });
}

}  // namespace

Command EndCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("end", "End a bond for good; either of you can");
  const auto options = std::make_shared<EndOptions>();
  command->add_option("--bond", options->bond, "With whom, where there are several")
      ->check(Who())
      ->type_name("WHO");
  command->add_flag("--yes", options->sure,
                    "Do not ask whether it is meant; needed wherever nobody is asked, since "
                    "nothing brings it back");
  command->footer(
      "No reason is asked. Nothing more can be sent, and check-ins no longer open. Messages and\n"
      "the ledger stay on both devices. A new invitation makes a new bond; the client joins with\n"
      "it in another profile: holdfast --profile NAME join");
  return {command, [options](Context& context) { return RunEnd(context, *options); }};
}

}  // namespace holdfast::client::cli
