// rhythm: when check-ins open by themselves.
#include <memory>

#include "client/cli/commands/deciding.h"
#include "client/cli/words/schedule_input.h"
#include "client/cli/words/schedule_words.h"
#include "client/cli/words/standing_json.h"
#include "client/host/own_zone.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

struct RhythmOptions {
  CLI::App* propose = nullptr;
  CLI::App* accept = nullptr;
  CLI::App* end = nullptr;
  std::string weekly;
  std::string rule;
  std::string at;
  std::string zone;
  std::string first;
  std::string window;
  std::uint32_t every = 1;
  std::uint32_t reminders = limits::kSlotRemindersMax;
  std::string bond;
};

absl::StatusOr<RhythmDraft> RhythmDraftOf(const RhythmOptions& options) {
  RhythmDraft draft;
  draft.zone = options.zone;
  if (draft.zone.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.zone, OwnZoneName(SystemClock().WallMs()));
  }
  if (options.rule.empty() == options.weekly.empty()) {
    return Refuse(Reason::kUsage, "--weekly", "or --rule says on which days; one of the two");
  }
  draft.rule = options.rule;
  if (!options.weekly.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.rule, WeeklyRule(options.weekly, options.every));
  }
  HOLDFAST_ASSIGN_OR_RETURN(draft.at_minute, ParseClock(options.at, "--at"));
  if (!options.first.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.first_day, ParseDay(options.first, "--first", OwnNow()));
  }
  draft.window_minutes = limits::kWindowMinutes;
  if (!options.window.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.window_minutes, ParseMinutes(options.window, "--window"));
  }
  draft.reminders = static_cast<std::uint8_t>(options.reminders);
  return draft;
}

absl::Status ShowRhythms(Context& context) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    const absl::Status sync = device.Sync(kBriefSyncMs).status();
    HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, device.engine().Bonds());
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    Json documents = Json::array();
    for (const BondView& bond : bonds) {
      HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, device.engine().Standing(bond.id));
      std::string text = words.Other(bond.id) + " (" + ShortId(bond.id) + "): ";
      text += standing.rhythm ? "a check-in " + RhythmInWords(*standing.rhythm)
                              : std::string("no rhythm; a check-in is welcome at any time");
      if (standing.proposal) text += "; proposed: " + RhythmInWords(*standing.proposal);
      context.out.Say(text);
      documents.push_back(StandingJson(standing));
    }
    context.out.Document(WithSync({{"bonds", documents}}, sync));
    return IsAway(sync) ? absl::OkStatus() : sync;
  });
}

absl::Status RunRhythm(Context& context, const RhythmOptions& options) {
  if (!options.propose->parsed() && !options.accept->parsed() && !options.end->parsed()) {
    return ShowRhythms(context);
  }
  RhythmDraft draft;
  if (options.propose->parsed()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft, RhythmDraftOf(options));
  }
  return WithDevice(context, [&](Device& device) {
    return DecideAndSay(context, device, options.bond, false,
                        [&](Engine& engine, const BondView& bond) {
                          if (options.propose->parsed()) {
                            return engine.ProposeRhythm(bond.id, draft);
                          }
                          return options.accept->parsed() ? engine.AcceptRhythm(bond.id)
                                                          : engine.EndRhythm(bond.id);
                        });
  });
}

void AddProposal(CLI::App& propose, RhythmOptions& options) {
  propose.add_option("--weekly", options.weekly, "Days of the week, e.g. mon or mon,thu")
      ->type_name("DAYS");
  propose.add_option("--every", options.every, "Every so many weeks")
      ->check(Decimal())
      ->check(CLI::Range(std::uint32_t{1}, limits::kRuleIntervalMax))
      ->type_name("N");
  propose.add_option("--rule", options.rule, "Instead: an RFC 5545 rule, e.g. FREQ=DAILY;COUNT=7")
      ->type_name("RRULE");
  propose.add_option("--at", options.at, "When it opens, e.g. 18:00")
      ->required()
      ->type_name("TIME");
  propose.add_option("--zone", options.zone, "Time zone, e.g. Europe/Zurich; else this device's")
      ->type_name("NAME");
  propose.add_option("--first", options.first, "Not before this day; else today")->type_name("DAY");
  propose.add_option("--window", options.window, "How long it stays open; else 48h")
      ->type_name("TIME");
  propose.add_option("--reminders", options.reminders, "Kind words to the client while it is open")
      ->check(Decimal())
      ->check(CLI::Range(0, static_cast<int>(limits::kSlotRemindersMax)))
      ->type_name("0-2");
}

}  // namespace

Command RhythmCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("rhythm", "When check-ins open by themselves");
  const auto options = std::make_shared<RhythmOptions>();
  command->require_subcommand(0, 1);
  command->fallthrough();
  command->add_option("--bond", options->bond, "With whom: a label or an id")->type_name("WHO");
  command->add_subcommand("show", "What is agreed, and what is proposed");
  options->propose = command->add_subcommand("propose", "Propose one; therapists only");
  AddProposal(*options->propose, *options);
  options->accept = command->add_subcommand("accept", "Accept what is proposed; clients only");
  options->end = command->add_subcommand("end", "No further check-ins open by themselves");
  return {command, [options](Context& context) { return RunRhythm(context, *options); }};
}

}  // namespace holdfast::client::cli
