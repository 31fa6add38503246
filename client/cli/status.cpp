#include <set>

#include "client/cli/command.h"
#include "client/cli/json.h"
#include "client/cli/times.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct Overview {
  Identity identity;
  std::vector<BondView> bonds;
  std::vector<OpenInvitationView> invitations;
  std::vector<MessageView> owed;  // asked for a reply, and none is known
  std::size_t queued = 0;
};

absl::StatusOr<std::vector<MessageView>> Owed(Engine& engine) {
  MessageQuery query;
  query.newest_max = 0;
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<MessageView> messages, engine.Messages(query));
  std::set<EnvelopeId> answered;
  for (const MessageView& message : messages) {
    if (message.reply_to) answered.insert(*message.reply_to);
  }
  std::vector<MessageView> owed;
  for (const MessageView& message : messages) {
    const bool asks = NeedName(message) == "reply" && message.refusal.empty();
    const bool over = message.state == MessageState::kAnswered ||
                      message.state == MessageState::kRepaired ||
                      message.state == MessageState::kWithdrawn;
    if (asks && !over && !answered.contains(message.id)) owed.push_back(message);
  }
  return owed;
}

absl::StatusOr<Overview> Look(Engine& engine) {
  Overview overview;
  overview.identity = engine.identity();
  HOLDFAST_ASSIGN_OR_RETURN(overview.bonds, engine.Bonds());
  HOLDFAST_ASSIGN_OR_RETURN(overview.invitations, engine.OpenInvitations());
  HOLDFAST_ASSIGN_OR_RETURN(overview.owed, Owed(engine));
  HOLDFAST_ASSIGN_OR_RETURN(overview.queued, engine.Queued());
  return overview;
}

std::string RoleName(crypto::Role role) {
  return role == crypto::Role::kTherapist ? "therapist" : "client";
}

std::string BondInWords(const Words& words, const BondView& bond) {
  std::string text = "  " + words.Other(bond.id) + " (" + ShortId(bond.id) + "), since " +
                     LocalDay(bond.formed_at_ms, words.now_ms()) + "; ";
  text += bond.last_heard_ms == 0 ? "nothing has reached you yet"
                                  : "last heard " + words.Time(bond.last_heard_ms);
  if (!bond.confirmed) text += "; not yet confirmed by them";
  return text + "\n";
}

std::string OwedInWords(const Words& words, const MessageView& message) {
  const std::string when = LocalDay(message.sent_at_ms, words.now_ms());
  std::string text = "  " + ShortId(message.id) + "  ";
  text += message.mine ? "a reply to you, for your "
                       : "a reply to " + words.Other(message.bond) + ", for the ";
  text += std::string(KindName(message.kind)) + " of " + when;
  if (message.due_at_ms != 0) text += ", due " + words.Time(message.due_at_ms);
  return text + "\n";
}

void Say(const Output& out, const Words& words, const Overview& overview,
         const absl::Status& sync) {
  out.Say("You are a " + RoleName(overview.identity.role) + " of the practice at " +
          overview.identity.address + ".");
  out.Say(sync.ok() ? "It is reachable, and this device is up to date."
                    : AsSentence(FailureInWords(sync)));
  std::string text;
  if (!overview.bonds.empty()) text += "\nYou are in touch with\n";
  for (const BondView& bond : overview.bonds) text += BondInWords(words, bond);
  if (!overview.invitations.empty()) text += "\nInvitations not answered yet\n";
  for (const OpenInvitationView& open : overview.invitations) {
    text += "  " + (open.label.empty() ? "without a label" : open.label) + ", good until " +
            words.Time(open.expires_at_ms) + "\n";
  }
  if (!overview.owed.empty()) text += "\nOwed\n";
  for (const MessageView& message : overview.owed) text += OwedInWords(words, message);
  text += "\n" + (overview.queued == 0 ? std::string("Nothing waits on this device.")
                                       : std::to_string(overview.queued) +
                                             " waiting on this device; they go out by themselves.");
  out.Say(text);
}

Json Document(const Overview& overview, const absl::Status& sync) {
  Json bonds = Json::array(), owed = Json::array(), invitations = Json::array();
  for (const BondView& bond : overview.bonds) bonds.push_back(BondJson(bond));
  for (const MessageView& message : overview.owed) {
    owed.push_back({{"id", message.id.hex()},
                    {"bond", message.bond.hex()},
                    {"by", message.mine ? "other" : "me"},
                    {"sent_at", TimeJson(message.sent_at_ms)},
                    {"due_at", TimeJson(message.due_at_ms)}});
  }
  for (const OpenInvitationView& open : overview.invitations) {
    invitations.push_back({{"label", open.label}, {"expires_at", TimeJson(open.expires_at_ms)}});
  }
  return {{"role", RoleName(overview.identity.role)},
          {"account", overview.identity.account.hex()},
          {"device", overview.identity.device.hex()},
          {"practice",
           {{"address", overview.identity.address}, {"key", overview.identity.practice.hex()}}},
          {"connected", sync.ok()},
          {"connection_error", sync.ok() ? Json(nullptr) : ErrorJson(sync)},
          {"queued", overview.queued},
          {"bonds", bonds},
          {"invitations", invitations},
          {"owed", owed}};
}

absl::Status Run(Context& context) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    const absl::Status sync = device.Sync(kBriefSyncMs).status();
    HOLDFAST_ASSIGN_OR_RETURN(const Overview overview, Look(device.engine()));
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    Say(context.out, words, overview, sync);
    context.out.Document(Document(overview, sync));
    return IsAway(sync) ? absl::OkStatus() : sync;
  });
}

}  // namespace

Command StatusCommand(CLI::App& app) {
  return {app.add_subcommand("status", "Who you are in touch with, what waits, what is owed"), Run};
}

}  // namespace holdfast::client::cli
