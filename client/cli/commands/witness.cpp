// witness: a therapist says "I have read this, I was here".
#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/words/json.h"
#include "client/cli/words/witness_words.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

absl::Status SayWitnessed(Context& context, const std::string& id) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(id));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    Engine& engine = device.engine();
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView before, engine.Message(id));
    HOLDFAST_RETURN_IF_ERROR(engine.MarkWitnessed(before.id));
    const HeldSignals held;  // it is safe already: a signal only ends the wait
    const absl::Status sync = device.Sync(kBriefSyncMs).status();
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView now, engine.Message(before.id.hex()));
    context.out.Say(SaidWitnessed(words, now, before.witnessed_at_ms != 0, sync.ok()));
    context.has_acted = true;
    context.out.Document(WithSync({{"message", MessageJson(now)}}, sync));
    EndIfSignalled(context);
    return IsAway(sync) ? absl::OkStatus() : sync;
  });
}

}  // namespace

Command WitnessCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("witness", "I have read this, I was here");
  const auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, "Your client's message; the first 4 digits of its id or more")
      ->required();
  command->footer(
      "For therapists, and for any message of a client's; some ask for just that. They are told "
      "that you read it and were with them, and when. It is your own act: opening a message never "
      "says it, nobody owes it, and a reply can still follow.");
  return {command, [id](Context& context) { return SayWitnessed(context, *id); }};
}

}  // namespace holdfast::client::cli
