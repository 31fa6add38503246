// status: what is open, what is owed, by when.
#include <algorithm>
#include <memory>
#include <utility>

#include "client/cli/commands/reading.h"
#include "client/cli/words/ahead_words.h"
#include "client/cli/words/event_words.h"
#include "client/cli/words/invitation_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/overview_words.h"
#include "client/cli/words/rupture_words.h"
#include "client/cli/words/safety_words.h"
#include "client/cli/words/standing_json.h"
#include "client/cli/words/summary_words.h"
#include "client/cli/words/text.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct StatusOptions {
  bool brief = false;
  bool all = false;
  bool offline = false;
};

struct Overview {
  Identity identity;
  std::vector<BondOverview> bonds;
  std::vector<InvitationView> invitations;
  std::vector<ReminderView> reminders;
  KeptHere kept;
  bool remind_of_code = false;
  std::uint64_t unlocked_until_ms = 0;
};

// `reminders` are those that were taken before; what is new is added.
absl::StatusOr<Overview> OverviewOf(Engine& engine, const StatusOptions& options,
                                    std::vector<ReminderView>& reminders) {
  Overview overview;
  overview.identity = engine.identity();
  HOLDFAST_ASSIGN_OR_RETURN(overview.bonds, engine.BondsByNeed());
  HOLDFAST_ASSIGN_OR_RETURN(overview.invitations, engine.Invitations());
  if (!options.brief) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto taken, engine.TakeReminders());
    reminders.insert(reminders.end(), taken.begin(), taken.end());
  }
  overview.reminders = reminders;
  HOLDFAST_ASSIGN_OR_RETURN(overview.kept, KeptHereOf(engine));
  return overview;
}

Summary SummaryHere(const Overview& overview) {
  return SummaryOf(overview.bonds, overview.identity.role, overview.kept);
}

// Bonds that are over, on one line.
std::string EndedInWords(const Words& words, const std::vector<BondView>& ended) {
  std::string text = "Ended:";
  for (const BondView& bond : ended) {
    text += (&bond == &ended.front() ? " " : ", ") + words.Other(bond.id) + " (" +
            ShortId(bond.id) + ")";
  }
  return text + ". What was written stays: holdfast status --all";
}

std::string OfPractice(Device& device, Asking asking, const absl::Status& sync) {
  if (asking == Asking::kNot) return WhatIsHere(device);
  if (asking == Asking::kStill) return "It has not answered yet.";
  return sync.ok() ? "It is reachable, and this device is up to date."
                   : AsSentence(FailureInWords(sync));
}

bool AllEnded(const Overview& overview) {
  return !overview.bonds.empty() &&
         std::ranges::all_of(overview.bonds, [](const auto& bond) { return bond.standing.ended; });
}

Reading InFull(const Words& words, const Overview& overview, const std::string& of_practice,
               bool all) {
  Reading reading;
  for (const BondOverview& bond : overview.bonds) {
    if (!bond.not_safe.empty()) reading.Add(NotSafeInWords(words, bond.not_safe));
  }
  for (const BondOverview& bond : overview.bonds) {
    if (!bond.held.empty()) reading.Add(HeldInWords(words, bond.held));
  }
  reading.Add(SummaryInWords(words, SummaryHere(overview)));
  reading.Add("You are a " + std::string(RoleName(overview.identity.role)) +
              " of the practice at " + overview.identity.address + ".");
  reading.of_practice = reading.pieces.size();
  reading.Add(of_practice);
  std::string gap = "\n";  // above the first of them
  const auto add = [&](const std::string& text) {
    if (!text.empty()) reading.Add(std::exchange(gap, "") + text);
  };
  for (const BondOverview& bond : overview.bonds) add(RupturesInWords(words, bond.ruptures));
  for (const BondOverview& bond : overview.bonds) add(ComingInWords(words, bond.coming));
  for (const ReminderView& reminder : overview.reminders) add(ReminderInWords(words, reminder));
  std::vector<BondView> ended;
  std::string left_behind;
  for (const BondOverview& bond : overview.bonds) {
    const bool is_over = bond.standing.ended && bond.unread == 0 && !all;
    if (is_over) ended.push_back(bond.bond);
    if (is_over) left_behind += LeftBehindInWords(words, bond);
    if (!is_over) reading.Add("\n" + OverviewInWords(words, bond));
  }
  if (!ended.empty()) reading.Add("\n" + EndedInWords(words, ended) + "\n" + left_behind);
  if (words.is_client() && AllEnded(overview)) reading.Add(AfterTheEnd(true));
  std::string text = overview.invitations.empty() ? "" : "\nInvitations not answered yet\n";
  for (const InvitationView& invitation : overview.invitations) {
    text += "  " + InvitationInWords(words, invitation) + "\n";
  }
  if (!text.empty()) reading.Add(text);
  const std::string own = OwnInWords(SummaryHere(overview));
  if (!own.empty()) reading.Add("\n" + own);
  if (overview.remind_of_code) {
    reading.Add(
        "Some time ago you were shown a recovery code. Is it still where you put it? With it at "
        "hand, "
        "a lost device loses nothing; \"holdfast recovery new-code\" makes another one.");
  }
  if (overview.unlocked_until_ms != 0) {
    reading.Add("Unlocked until " + words.Time(overview.unlocked_until_ms) +
                "; \"holdfast lock\" ends that sooner.");
  }
  return reading;
}

Json OverviewDocument(const Overview& overview) {
  Json bonds = Json::array(), owed = Json::array(), invitations = Json::array();
  Json ruptures = Json::array(), reminders = Json::array(), not_safe = Json::array();
  Json held = Json::array(), coming = Json::array();
  for (const BondOverview& bond : overview.bonds) {
    for (const MessageView& message : bond.not_safe) not_safe.push_back(MessageJson(message));
    for (const MessageView& note : bond.held) held.push_back(MessageJson(note));
    for (const MessageView& note : bond.coming) coming.push_back(MessageJson(note));
    bonds.push_back(OverviewJson(bond));
    for (const Json& mark : RupturesJson(bond.ruptures)) ruptures.push_back(mark);
    for (Json& one : OwedJson(bond, overview.identity.role)) owed.push_back(std::move(one));
  }
  for (const ReminderView& reminder : overview.reminders) {
    reminders.push_back(ReminderJson(reminder));
  }
  for (const InvitationView& invitation : overview.invitations) {
    invitations.push_back(InvitationJson(invitation));
  }
  Json document = IdentityJson(overview.identity);
  document.update(Json{{"summary", SummaryJson(SummaryHere(overview))},
                       {"queued", overview.kept.queued},
                       {"not_safe", not_safe},
                       {"held_notes", held},
                       {"coming_notes", coming},
                       {"ruptures", ruptures},
                       {"reminders", reminders},
                       {"bonds", bonds},
                       {"invitations", invitations},
                       {"unlocked_until", TimeJson(overview.unlocked_until_ms)},
                       {"owed", owed}});
  return document;
}

// The first line alone.
Reading InBrief(const Words& words, const Overview& overview) {
  const Summary summary = SummaryHere(overview);
  Reading reading;
  reading.Add(SummaryInWords(words, summary));
  reading.document = {{"summary", SummaryJson(summary)}, {"queued", overview.kept.queued}};
  return reading;
}

// What is shown counts as shown.
absl::Status MarkProposals(Engine& engine, const Overview& overview) {
  for (const BondOverview& bond : overview.bonds) {
    if (!bond.standing.proposal) continue;
    HOLDFAST_RETURN_IF_ERROR(
        engine.MarkProposalShown(bond.standing.bond, bond.standing.proposal_hash));
  }
  return absl::OkStatus();
}

absl::Status RunStatus(Context& context, const StatusOptions& options) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    bool remind_of_code = false;
    std::vector<ReminderView> reminders;  // each look shows what the one before has taken
    const auto look = [&](Asking asking, const absl::Status& sync) -> absl::StatusOr<Reading> {
      HOLDFAST_ASSIGN_OR_RETURN(Overview overview, OverviewOf(device.engine(), options, reminders));
      overview.unlocked_until_ms = device.unlocked_until_ms();
      if (!options.brief && !context.out.as_json()) {
        HOLDFAST_ASSIGN_OR_RETURN(const bool is_due, device.engine().TakeCodeReminder());
        remind_of_code = remind_of_code || is_due;
      }
      overview.remind_of_code = remind_of_code;
      HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
      if (options.brief) return InBrief(words, overview);
      Reading reading = InFull(words, overview, OfPractice(device, asking, sync), options.all);
      reading.document = OverviewDocument(overview);
      HOLDFAST_RETURN_IF_ERROR(MarkProposals(device.engine(), overview));
      return reading;
    };
    const absl::Status shown = ShowReading(context, device, options.offline, look,
                                           options.brief ? Meanwhile::kWaits : Meanwhile::kShows);
    if (shown.ok() && !options.brief) {
      HOLDFAST_RETURN_IF_ERROR(device.engine().MarkExpiriesShown());
    }
    return shown;
  });
}

}  // namespace

Command StatusCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("status", "What is open, what is owed, by when");
  const auto options = std::make_shared<StatusOptions>();
  command->add_flag("--brief", options->brief, "One line: how much is owed, by when, and is new");
  command->add_flag("--all", options->all, "Bonds that have ended as well, in full");
  AddOffline(*command, options->offline);
  return {command, [options](Context& context) { return RunStatus(context, *options); }};
}

}  // namespace holdfast::client::cli
