// send and reply.
#include <memory>
#include <optional>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/commands/replying.h"
#include "client/cli/words/words.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct WriteOptions {
  std::string id;
  std::string bond;
  std::optional<std::string> text;
};

absl::Status SendNote(Context& context, const WriteOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto words, WordsToSend(context, options.text));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
    Draft draft;
    draft.bond = bond.id;
    draft.kind = Kind::kNote;
    return SendText(context, device, std::move(draft), words);
  });
}

absl::Status SendReply(Context& context, const WriteOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(options.id));
  HOLDFAST_ASSIGN_OR_RETURN(const auto words, WordsToSend(context, options.text));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView original, device.engine().Message(options.id));
    return ReplyTo(context, device, original, words);
  });
}

void AddText(CLI::App& command, WriteOptions& options) {
  command.add_option("--text", options.text, "The message. " + std::string(kWhoSeesText))
      ->type_name("TEXT");
  command.footer(
      "Without --text your editor opens ($VISUAL or $EDITOR); where none is set you write here,\n"
      "and without a terminal the message is read from standard input. What you leave here or in\n"
      "the editor is kept: see holdfast drafts.\n\n" +
      std::string(kNoEmergencyService));
}

}  // namespace

Command SendCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("send", "Write a message");
  const auto options = std::make_shared<WriteOptions>();
  AddText(*command, *options);
  command->add_option("--bond", options->bond, "To whom, where there are several: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  return {command, [options](Context& context) { return SendNote(context, *options); }};
}

Command ReplyCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("reply", "Answer a message");
  const auto options = std::make_shared<WriteOptions>();
  command->add_option("ID", options->id, "The message; the first 4 digits of its id or more")
      ->required();
  AddText(*command, *options);
  return {command, [options](Context& context) { return SendReply(context, *options); }};
}

}  // namespace holdfast::client::cli
