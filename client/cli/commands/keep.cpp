// keep, unkeep: messages that a person keeps, to find them again.
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/json.h"
#include "client/cli/words/rendering.h"
#include "client/core/reading/order.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct KeepOptions {
  std::string id;
  std::string bond;
  bool list = false;
};

absl::Status ListKept(Context& context, const KeepOptions& options) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    device.AskNobody();
    HistoryQuery query;
    query.kept_only = true;
    if (!options.bond.empty()) {
      HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
      query.bond = bond.id;
    }
    std::vector<MessageView> kept;
    HOLDFAST_RETURN_IF_ERROR(
        device.engine().EachMessage(query, [&](MessageView message) -> absl::StatusOr<bool> {
          kept.push_back(std::move(message));
          return true;
        }));
    kept = Merged(std::move(kept));
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    Json documents = Json::array();
    for (std::size_t i = 0; i < kept.size(); ++i) {
      std::string excerpt = Excerpt(words, kept[i], OutputColumns());
      excerpt.pop_back();  // Say ends it
      context.out.Say((i == 0 ? "" : "\n") + excerpt);
      documents.push_back(MessageJson(kept[i]));
    }
    if (kept.empty()) {
      context.out.Say(
          "You keep nothing yet. \"holdfast keep ID\" keeps a message, to find it here.");
    }
    context.out.Document({{"messages", std::move(documents)}});
    return absl::OkStatus();
  });
}

absl::Status ChangeKept(Context& context, const std::string& id, bool keeps) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(id));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    Engine& engine = device.engine();
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView message, engine.Message(id));
    HOLDFAST_ASSIGN_OR_RETURN(const bool changed, keeps ? engine.KeepMessage(message.id)
                                                        : engine.KeepMessageNoMore(message.id));
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView now, engine.Message(message.id.hex()));
    if (keeps) {
      context.out.Say(std::string(changed ? "Kept." : "You keep it already.") +
                      " \"holdfast keep --list\" shows what you keep, on all devices of yours. "
                      "Nobody else learns of it.");
    } else {
      context.out.Say(changed ? "You keep it no more. The message stays where it is."
                              : "You did not keep it, so nothing has changed.");
    }
    context.has_acted = true;
    context.out.Document({{"message", MessageJson(now)}});
    return absl::OkStatus();
  });
}

absl::Status RunKeep(Context& context, const KeepOptions& options) {
  if (options.id.empty()) return ListKept(context, options);
  if (options.list || !options.bond.empty()) {
    return Refuse(Reason::kUsage, options.list ? "--list" : "--bond",
                  "goes with the list; ID alone says which message to keep");
  }
  return ChangeKept(context, options.id, true);
}

}  // namespace

Command KeepCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("keep", "Keep a message, to find it again; see what you keep");
  const auto options = std::make_shared<KeepOptions>();
  command->add_option("ID", options->id, "The message; the first 4 digits of its id or more");
  command->add_flag("--list", options->list, "What you keep (also without a word)");
  command->add_option("--bond", options->bond, "Of the list, with whom: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  command->footer(
      "For the reply that held you, and whatever you want to come back to. Only your own\n"
      "devices know what you keep: neither the other side nor the practice learns of it.\n"
      "\"holdfast unkeep\" lets go of one.");
  return {command, [options](Context& context) { return RunKeep(context, *options); }};
}

Command UnkeepCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("unkeep", "Let go of a message that you keep");
  const auto options = std::make_shared<KeepOptions>();
  command->add_option("ID", options->id, "The message; the first 4 digits of its id or more")
      ->required();
  command->footer("The message itself stays where it is.");
  return {command, [options](Context& context) { return ChangeKept(context, options->id, false); }};
}

}  // namespace holdfast::client::cli
