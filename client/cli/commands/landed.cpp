// landed: "that landed badly". It asks nobody: the practice would see when a mark was made by the
// connection alone.
#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/words/json.h"
#include "client/cli/words/rupture_words.h"
#include "client/cli/words/text.h"
#include "client/core/outside/limits.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct LandedOptions {
  std::string id;
  std::string text;
  bool close = false;
};

absl::Status RunLanded(Context& context, const LandedOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(options.id));
  const std::string text = Trimmed(options.text);
  HOLDFAST_RETURN_IF_ERROR(CheckFits(text, limits::kRuptureTextBytesMax, "--text"));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    Engine& engine = device.engine();
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView message, engine.Message(options.id));
    HOLDFAST_RETURN_IF_ERROR(options.close ? engine.CloseRupture(message.id)
                                           : engine.MarkRupture(message.id, text));
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView now, engine.Message(message.id.hex()));
    const RuptureView mark = now.rupture.value_or(RuptureView());
    context.out.Say(RuptureWritten(words, mark));
    context.has_acted = true;
    context.out.Document({{"rupture", RuptureJson(mark)}});
    return absl::OkStatus();
  });
}

}  // namespace

Command LandedCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("landed", "Say that a message landed badly, with or without words");
  const auto options = std::make_shared<LandedOptions>();
  command->add_option("ID", options->id, "The message; the first 4 digits of its id or more")
      ->required();
  CLI::Option* const text =
      command
          ->add_option("--text", options->text,
                       "What you would like your therapist to know. " + std::string(kWhoSeesText))
          ->type_name("TEXT");
  command->add_flag("--close", options->close, "It is settled for you")->excludes(text);
  command->footer(
      "For clients. Your therapist sees it before anything else of yours, and it stays open\n"
      "until you close it. It is kept on this device and goes along with a sign that the device\n"
      "gives anyway, about once a day when it is in touch, so the practice cannot tell that\n"
      "there is one. For something that cannot wait a day, write or call.\n\n" +
      std::string(kNoEmergencyService));
  return {command, [options](Context& context) { return RunLanded(context, *options); }};
}

}  // namespace holdfast::client::cli
