// invitations: those that nobody has answered, and taking one back.
#include <algorithm>
#include <memory>
#include <optional>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/deciding.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/commands/reading.h"
#include "client/cli/words/invitation_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct InvitationsOptions {
  CLI::App* withdraw = nullptr;
  std::string which;
  bool all = false;
  bool yes = false;
  bool offline = false;
};

absl::StatusOr<Reading> InvitedInWords(Device& device, bool all) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto invitations, device.engine().Invitations(all));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  Reading reading;
  Json documents = Json::array();
  bool is_open = false;
  for (const InvitationView& invitation : invitations) {
    reading.Add(InvitationInWords(words, invitation));
    documents.push_back(InvitationJson(invitation));
    is_open = is_open || invitation.state == InvitationState::kOpen;
  }
  if (invitations.empty()) reading.Add("No invitation waits for an answer.");
  if (is_open) reading.Add("To take one back: holdfast invitations withdraw WHICH.");
  reading.document = {{"invitations", documents}};
  return reading;
}

absl::Status ListInvited(Context& context, Device& device, const InvitationsOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(ShowReading(
      context, device, options.offline,
      [&](Asking, const absl::Status&) { return InvitedInWords(device, options.all); }));
  return device.engine().MarkExpiriesShown();
}

absl::StatusOr<InvitationView> FindInvitation(Engine& engine, const std::string& which) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto invitations, engine.Invitations(true));
  auto found = InvitationsMeant(invitations, which);
  // Of several for one person the one that can still be used.
  const auto is_past = [](const InvitationView& one) {
    return one.state == InvitationState::kExpired || one.state == InvitationState::kWithdrawn;
  };
  if (found.size() > 1) std::erase_if(found, is_past);
  if (found.size() == 1) return found.front();
  return Refuse(Reason::kUsage, "WHICH",
                found.empty() ? "names no invitation that nobody has answered; \"holdfast "
                                "invitations\" lists them, and \"holdfast status\" those who joined"
                              : "names several invitations; say which by its id, as \"holdfast "
                                "invitations\" lists them");
}

absl::StatusOr<std::optional<InvitationView>> StandingNow(Engine& engine, const LookupId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto invitations, engine.Invitations(true));
  for (const InvitationView& invitation : invitations) {
    if (invitation.id == id) return std::optional<InvitationView>(invitation);
  }
  return std::optional<InvitationView>();
}

absl::Status SayTakenBack(Context& context, Device& device, const InvitationView& asked,
                          const absl::Status& sync) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto now, StandingNow(device.engine(), asked.id));
  if (!now || now->state == InvitationState::kOpen) {
    return Refuse(Reason::kInvitationUsed, "",
                  InvitationName(asked) +
                      " was answered before it could be taken back, so the bond is there: "
                      "\"holdfast status\" shows it, and \"holdfast end\" ends it if it is not "
                      "with your client");
  }
  const std::string name = AsSentence(InvitationName(*now));
  context.out.Say(
      name.substr(0, name.size() - 1) +
      (now->state == InvitationState::kWithdrawn
           ? " is taken back: nobody can join with it any more."
           : " is taken back on this device. The practice has not heard of it yet, and until then "
             "it can still be answered; the next command that reaches the practice tells it."));
  context.has_acted = now->state == InvitationState::kWithdrawn;
  context.out.Document(WithSync({{"invitation", InvitationJson(*now)}}, sync));
  return absl::OkStatus();
}

absl::Status TakeBack(Context& context, Device& device, const InvitationsOptions& options) {
  device.Sync(kBriefSyncMs).IgnoreError();  // the second one says what is wrong
  HOLDFAST_ASSIGN_OR_RETURN(const InvitationView found,
                            FindInvitation(device.engine(), options.which));
  if (found.state == InvitationState::kOpen) {
    HOLDFAST_RETURN_IF_ERROR(AskToSign(context, device,
                                       "This takes back " + InvitationName(found) + " (" +
                                           ShortId(found.id) +
                                           "): nobody can join with it any more.",
                                       options.yes, "Take it back? y/n: ")
                                 .status());
  }
  HOLDFAST_RETURN_IF_ERROR(device.engine().WithdrawInvitation(found.id));
  const HeldSignals held;  // it is safe already: a signal only ends the wait
  const absl::Status sync = device.Sync(kBriefSyncMs).status();
  HOLDFAST_RETURN_IF_ERROR(SayTakenBack(context, device, found, sync));
  EndIfSignalled(context);
  return IsAway(sync) ? absl::OkStatus() : sync;
}

}  // namespace

Command InvitationsCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand(
      "invitations", "The invitations that nobody has answered yet, and taking one back");
  const auto options = std::make_shared<InvitationsOptions>();
  command->require_subcommand(0, 1);
  command->fallthrough();
  command->add_flag("--all", options->all, "Those that expired or were taken back as well");
  AddOffline(*command, options->offline);
  command->add_subcommand("list", "Those that nobody has answered (also without a word)");
  options->withdraw =
      command->add_subcommand("withdraw", "Take one back, so that nobody can join with it");
  options->withdraw
      ->add_option("WHICH", options->which, "For whom it was made, or the beginning of its id")
      ->required()
      ->check(Who());
  options->withdraw->add_flag("--yes", options->yes, std::string(kYesHelp));
  command->footer(
      "An invitation that was lost, or seen by somebody else, can be taken back until somebody "
      "has\n"
      "answered it. Whoever tries it then is told to ask for a new one.");
  return {command, [options](Context& context) -> absl::Status {
            HOLDFAST_RETURN_IF_ERROR(CheckOffline(options->offline, !options->withdraw->parsed()));
            return WithDevice(context, [&](Device& device) {
              return options->withdraw->parsed() ? TakeBack(context, device, *options)
                                                 : ListInvited(context, device, *options);
            });
          }};
}

}  // namespace holdfast::client::cli
