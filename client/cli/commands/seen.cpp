// seen: a person says that they have seen that somebody may not be safe.
#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/words/json.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

absl::Status SaySeen(Context& context, const std::string& id) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(id));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    Engine& engine = device.engine();
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView message, engine.Message(id));
    HOLDFAST_RETURN_IF_ERROR(engine.MarkSeen(message.id));
    const HeldSignals held;  // it is safe already: a signal only ends the wait
    const absl::Status sync = device.Sync(kBriefSyncMs).status();
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView now, engine.Message(message.id.hex()));
    context.out.Say(
        "You said that you have seen it; it is not shown first any more, here and on "
        "your other devices. " +
        AsSentence(words.Other(message.bond) + " is not told: a reply does that (holdfast reply " +
                   ShortId(message.id) + ")"));
    context.has_acted = true;
    context.out.Document(WithSync({{"message", MessageJson(now)}}, sync));
    EndIfSignalled(context);
    return IsAway(sync) ? absl::OkStatus() : sync;
  });
}

}  // namespace

Command SeenCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("seen", "Say that you have seen that somebody may not be safe");
  const auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, "The check-in; the first 4 digits of its id or more")->required();
  command->footer(
      "For therapists. A check-in in which somebody says that they are not safe stands first in "
      "\"status\", \"inbox\", \"next\" and \"watch\" until you say so: that a device has shown it "
      "is "
      "not enough. Your other devices learn of it, and nobody else does.");
  return {command, [id](Context& context) { return SaySeen(context, *id); }};
}

}  // namespace holdfast::client::cli
