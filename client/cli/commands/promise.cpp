// promise: what is owed, and moving a reply before it is due.
#include <algorithm>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/deciding.h"
#include "client/cli/commands/moving.h"
#include "client/cli/commands/reading.h"
#include "client/cli/words/schedule_input.h"
#include "client/cli/words/standing_json.h"
#include "client/cli/words/standing_words.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct PromiseOptions {
  CLI::App* move = nullptr;
  std::string id;
  std::string to;
  std::vector<std::string> bonds;
  bool yes = false;
  bool offline = false;
};

absl::StatusOr<Reading> LookAtPromises(Device& device, const PromiseOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, NamedBonds(device, options.bonds));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  std::vector<PromiseView> owed;
  for (const BondView& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, device.engine().Standing(bond.id));
    if (standing.ended) continue;  // nothing can be sent any more
    owed.insert(owed.end(), standing.promises.begin(), standing.promises.end());
  }
  std::ranges::stable_sort(owed, std::less<>(),
                           [](const PromiseView& view) { return view.line.due_at_ms; });
  Reading reading;
  Json documents = Json::array();
  for (const PromiseView& promise : owed) {
    reading.Add(ShortId(promise.envelope) + "  " + PromiseInWords(words, promise));
    documents.push_back(PromiseJson(promise));
  }
  if (owed.empty()) {
    reading.Add("No reply is promised by a set time; \"holdfast status\" shows what is open.");
  }
  reading.document = {{"promises", std::move(documents)}};
  return reading;
}

absl::Status ListPromises(Context& context, const PromiseOptions& options) {
  return WithDevice(context, [&](Device& device) {
    return ShowReading(context, device, options.offline, [&](Asking, const absl::Status&) {
      return LookAtPromises(device, options);
    });
  });
}

absl::Status MovePromise(Context& context, const PromiseOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckOffline(options.offline, false));
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(options.id));
  const std::uint64_t now_ms = SystemClock().WallMs();
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t to, ParseInstant(options.to, "--to", now_ms));
  // Whatever it answers, and was due until now: what is checked is the time.
  const Bytes any(EnvelopeId::size, '\1');
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId answered, EnvelopeId::From(any, "message"));
  HOLDFAST_RETURN_IF_ERROR(AsTyped(CheckDecision(Reschedule{answered, now_ms, to}, now_ms)));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView message, device.engine().Message(options.id));
    return DecideAndSay(context, device, MoveOfReply(device, message, to, options.yes));
  });
}

}  // namespace

Command PromiseCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("promise", "Replies that are owed, and by when");
  const auto options = std::make_shared<PromiseOptions>();
  command->require_subcommand(0, 1);
  command->fallthrough();
  AddBonds(*command, options->bonds, "Only those of these clients: a label or an id");
  AddOffline(*command, options->offline);
  command->add_subcommand("list", "All of them, the first due first");
  options->move =
      command->add_subcommand("move", "Move a reply before it is due; the client is told");
  options->move->add_option("ID", options->id, "The message that asks for it")->required();
  options->move
      ->add_option("--to", options->to,
                   "When it will come, e.g. \"2026-03-05 17:00\", \"tomorrow 9:00\"")
      ->required()
      ->type_name("TIME");
  options->move->add_flag("--yes", options->yes, std::string(kYesHelp));
  return {command, [options](Context& context) {
            return options->move->parsed() ? MovePromise(context, *options)
                                           : ListPromises(context, *options);
          }};
}

}  // namespace holdfast::client::cli
