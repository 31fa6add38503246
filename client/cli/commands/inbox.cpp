// inbox and show.
#include <algorithm>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/bonds.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/reading.h"
#include "client/cli/commands/ruptures.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/json.h"
#include "client/cli/words/rendering.h"
#include "client/cli/words/rupture_words.h"
#include "client/cli/words/safety_words.h"
#include "client/cli/words/witness_words.h"
#include "client/core/reading/order.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// The person has read it by then: a practice that is away holds them up no longer.
constexpr std::uint64_t kTellSyncMs = 3000;

struct InboxOptions {
  bool unread = false;
  bool all = false;
  bool offline = false;
  bool read = false;
  std::string bond;
  std::string id;
  bool thread = false;
};

std::string NothingToShow(Device& device, const InboxOptions& options, std::size_t bonds) {
  if (options.unread) return "Nothing new.";
  return bonds == 0 ? NobodyYet(device)
                    : "Nothing has reached you yet, and nothing was written here.";
}

void AddMessages(Reading& reading, const Words& words, const std::vector<MessageView>& messages,
                 bool more) {
  const std::size_t columns = OutputColumns();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    reading.Add((i == 0 ? "" : "\n") + Excerpt(words, messages[i], columns));
  }
  if (more) reading.Add("There are older ones: holdfast inbox --all");
}

// All of these count as opened, here and, once it is told, for the other side.
absl::StatusOr<std::size_t> MarkShown(Engine& engine, const std::vector<MessageView>& messages) {
  std::size_t opened = 0;
  for (const MessageView& message : messages) {
    if (message.mine || !message.unread) continue;
    HOLDFAST_RETURN_IF_ERROR(engine.MarkOpened(message.id));
    ++opened;
  }
  return opened;
}

// What was opened is told at once, and otherwise at the next exchange.
void TellOpened(Device& device) { device.Sync(kTellSyncMs).IgnoreError(); }

absl::StatusOr<Reading> LookIntoInbox(Device& device, const InboxOptions& options, bool marks,
                                      std::size_t& opened) {
  MessageQuery query;
  query.unread_only = options.unread;
  const std::size_t newest_max = query.newest_max;
  query.newest_max = options.all ? 0 : newest_max + 1;  // one more says that there are older ones
  if (!options.bond.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
    query.bond = bond.id;
  }
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<MessageView> found, device.engine().Messages(query));
  const bool more = !options.all && KeepNewest(found, newest_max);
  const std::vector<MessageView> messages = Merged(std::move(found));
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> bonds, device.engine().Bonds());
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  HOLDFAST_ASSIGN_OR_RETURN(const auto ruptures, OpenRuptures(device.engine(), query.bond));
  HOLDFAST_ASSIGN_OR_RETURN(const auto not_safe, device.engine().NotSafe(query.bond));
  Reading reading;
  if (!not_safe.empty()) reading.pieces.push_back(NotSafeInWords(words, not_safe));
  if (!ruptures.empty()) reading.pieces.push_back(RupturesInWords(words, ruptures));
  if (messages.empty()) reading.Add(NothingToShow(device, options, bonds.size()));
  AddMessages(reading, words, messages, more);
  Json documents = Json::array();
  for (const MessageView& message : messages) documents.push_back(MessageJson(message));
  Json urgent = Json::array();
  for (const MessageView& message : not_safe) urgent.push_back(MessageJson(message));
  if (marks) {
    HOLDFAST_ASSIGN_OR_RETURN(opened, MarkShown(device.engine(), messages));
    reading.Add(opened == 0 ? "Nothing here was new."
                            : std::to_string(opened) + " now count as opened.");
  }
  reading.document = {{"not_safe", std::move(urgent)},
                      {"ruptures", RupturesJson(ruptures)},
                      {"messages", std::move(documents)},
                      {"more", more},
                      {"opened", opened}};
  return reading;
}

absl::Status ShowInbox(Context& context, const InboxOptions& options) {
  return WithDevice(
      context,
      [&](Device& device) {
        std::size_t opened = 0;
        bool answers = false;
        const absl::Status shown = ShowReading(
            context, device, options.offline, [&](Asking asking, const absl::Status& sync) {
              answers = asking == Asking::kEnded && sync.ok();
              const bool marks = options.read && asking != Asking::kStill;
              return LookIntoInbox(device, options, marks, opened);
            });
        if (shown.ok() && opened > 0 && answers) TellOpened(device);
        return shown;
      },
      Reads::kImportedToo);
}

absl::StatusOr<MessageView> FindMessage(Device& device, const std::string& id, bool offline) {
  auto message = device.engine().Message(id);
  if (message.ok() || offline || ReasonOf(message.status()) != Reason::kUnknownEnvelope)
    return message;
  // It may be waiting at the practice.
  if (!device.Sync(kBriefSyncMs).ok()) return message;
  return device.engine().Message(id);
}

absl::Status ShowWhole(Context& context, const InboxOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(options.id));
  return WithDevice(
      context,
      [&](Device& device) -> absl::Status {
        HOLDFAST_ASSIGN_OR_RETURN(const MessageView message,
                                  FindMessage(device, options.id, options.offline));
        HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
        HOLDFAST_ASSIGN_OR_RETURN(const auto ruptures, OpenRuptures(device.engine(), message.bond));
        if (!ruptures.empty()) context.out.Say(RupturesInWords(words, ruptures));
        context.out.Say(Whole(words, message, OutputColumns()));
        if (!message.mine && !device.reads_only())
          context.out.Say("Answer: holdfast reply " + ShortId(message.id));
        // A message that asks for just that says so itself.
        if (CanWitness(words, message) && NeedName(message) != "witness" && !device.reads_only()) {
          context.out.Say("Or, that you were here: holdfast witness " + ShortId(message.id));
        }
        context.out.Document(
            {{"ruptures", RupturesJson(ruptures)}, {"message", MessageJson(message)}});
        if (message.mine || !message.unread) return absl::OkStatus();
        HOLDFAST_RETURN_IF_ERROR(device.engine().MarkOpened(message.id));
        if (!options.offline) TellOpened(device);
        return absl::OkStatus();
      },
      Reads::kImportedToo);
}

// The message with all that it answers, and all that answers it; which opens all of these.
absl::Status ShowThread(Context& context, const InboxOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(options.id));
  return WithDevice(
      context,
      [&](Device& device) -> absl::Status {
        HOLDFAST_ASSIGN_OR_RETURN(const MessageView asked,
                                  FindMessage(device, options.id, options.offline));
        HOLDFAST_ASSIGN_OR_RETURN(const auto thread, device.engine().Thread(asked.id));
        HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
        HOLDFAST_ASSIGN_OR_RETURN(const auto ruptures, OpenRuptures(device.engine(), asked.bond));
        if (!ruptures.empty()) context.out.Say(RupturesInWords(words, ruptures));
        Json documents = Json::array();
        for (std::size_t i = 0; i < thread.size(); ++i) {
          std::string whole = Whole(words, thread[i], OutputColumns());
          whole.pop_back();  // Say ends it
          context.out.Say((i == 0 ? "" : "\n") + whole);
          documents.push_back(MessageJson(thread[i]));
        }
        HOLDFAST_ASSIGN_OR_RETURN(const std::size_t opened, MarkShown(device.engine(), thread));
        context.out.Document({{"ruptures", RupturesJson(ruptures)},
                              {"messages", std::move(documents)},
                              {"opened", opened}});
        if (opened > 0 && !options.offline) TellOpened(device);
        return absl::OkStatus();
      },
      Reads::kImportedToo);
}

}  // namespace

Command InboxCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("inbox", "The newest messages of both directions");
  const auto options = std::make_shared<InboxOptions>();
  command->add_flag("--unread", options->unread, "Only what you have not opened yet");
  command->add_flag("--all", options->all, "Everything, not only the newest 50 of each bond");
  AddOffline(*command, options->offline);
  command->add_flag("--read", options->read, "What it shows counts as opened from then on");
  command->add_option("--bond", options->bond, "With whom: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  command->footer(
      "A message counts as opened, for the other side too, once \"holdfast show\" or \"holdfast "
      "next\" has shown it, \"holdfast inbox --read\" has listed it, or you have answered it.");
  return {command, [options](Context& context) { return ShowInbox(context, *options); }};
}

Command ShowCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("show", "One message whole, which opens it");
  const auto options = std::make_shared<InboxOptions>();
  command->add_option("ID", options->id, "The message; the first 4 digits of its id or more")
      ->required();
  command->add_flag("--thread", options->thread,
                    "With what it answers and all that answers it, each whole, the oldest first");
  AddOffline(*command, options->offline);
  return {command, [options](Context& context) {
            return options->thread ? ShowThread(context, *options) : ShowWhole(context, *options);
          }};
}

}  // namespace holdfast::client::cli
