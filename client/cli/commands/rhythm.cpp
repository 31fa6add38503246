// rhythm: when check-ins open by themselves.
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/deciding.h"
#include "client/cli/commands/reading.h"
#include "client/cli/words/schedule_input.h"
#include "client/cli/words/schedule_words.h"
#include "client/cli/words/signing_words.h"
#include "client/cli/words/standing_json.h"
#include "client/cli/words/standing_words.h"
#include "client/host/own_zone.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

struct RhythmOptions {
  CLI::App* propose = nullptr;
  CLI::App* accept = nullptr;
  CLI::App* end = nullptr;
  CLI::Option* every_given = nullptr;
  std::string weekly;
  std::string rule;
  std::string at;
  std::string zone;
  std::string first;
  std::string window;
  std::uint32_t every = 1;
  std::uint32_t reminders = limits::kSlotRemindersMax;
  std::vector<std::string> bonds;
  bool all = false;    // every client, and whoever joins later
  bool later = false;  // whoever joins later alone
  bool yes = false;
  bool offline = false;
};

absl::StatusOr<RhythmDraft> RhythmDraftOf(const RhythmOptions& options, std::uint64_t now_ms) {
  RhythmDraft draft;
  if (options.rule.empty() == options.weekly.empty()) {
    return Refuse(Reason::kUsage, "--weekly", "or --rule says on which days; one of the two");
  }
  if (!options.rule.empty() && options.every_given->count() > 0) {
    return Refuse(Reason::kUsage, "--every",
                  "goes with --weekly; a --rule says it itself, as INTERVAL=2");
  }
  draft.rule = options.rule;
  if (!options.weekly.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.rule, WeeklyRule(options.weekly, options.every));
  }
  HOLDFAST_ASSIGN_OR_RETURN(draft.at_minute, ParseClock(options.at, "--at"));
  if (!options.window.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.window_minutes, ParseMinutes(options.window, "--window"));
  }
  draft.reminders = static_cast<std::uint8_t>(options.reminders);
  draft.zone = options.zone;
  if (draft.zone.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.zone, OwnZoneName(now_ms));
  }
  if (!options.first.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(
        const Zone zone,
        ZoneFolder(kZoneFolder).Read(draft.zone, now_ms, now_ms + limits::kZoneCoverMs));
    HOLDFAST_ASSIGN_OR_RETURN(draft.first_day,
                              ParseDay(options.first, "--first", ToLocal(zone, now_ms)));
  }
  return draft;
}

std::string WhomItConcerns(const Words& words, const RhythmOptions& options,
                           const std::vector<BondView>& bonds) {
  constexpr std::string_view kLater = "whoever joins later";
  if (options.later || (options.all && bonds.empty())) return std::string(kLater);
  const std::string whom = NamesInWords(words, bonds);
  return options.all ? whom + " and " + std::string(kLater) : whom;
}

absl::Status ProposeIt(Context& context, const RhythmOptions& options) {
  const std::uint64_t now_ms = SystemClock().WallMs();
  const absl::StatusOr<RhythmDraft> draft = RhythmDraftOf(options, now_ms);
  HOLDFAST_RETURN_IF_ERROR(AsTyped(draft.status()));
  const absl::StatusOr<Rhythm> rhythm = PlannedRhythm(*draft, now_ms);
  HOLDFAST_RETURN_IF_ERROR(AsTyped(rhythm.status()));
  const bool later = options.all || options.later;
  return WithDevice(context, [&](Device& device) {
    return DecideAndSay(
        context, device,
        {.bonds = options.bonds,
         .all = later,
         .yes = options.yes,
         .show = [&](Device&, const std::vector<BondView>& bonds) -> absl::StatusOr<std::string> {
           HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
           return RhythmToPropose(words, *rhythm, WhomItConcerns(words, options, bonds));
         },
         .before =
             [&](Engine& engine) {
               return later ? engine.SetStandingRhythm(*rhythm) : absl::OkStatus();
             },
         .for_all =
             [&](Engine& engine, const std::vector<BondView>& bonds) {
               return engine.ProposeRhythms(options.later ? std::vector<BondView>() : bonds,
                                            *rhythm);
             }});
  });
}

// Exactly what is shown is signed: what was asked, or, where nobody is asked, what this
// device showed last.
absl::Status AcceptIt(Context& context, const RhythmOptions& options) {
  return WithDevice(context, [&](Device& device) {
    StandingView standing;
    return DecideAndSay(
        context, device,
        {.bonds = options.bonds,
         .yes = options.yes,
         .plan = [&](Device&, const std::vector<BondView>& bonds) -> absl::Status {
           HOLDFAST_ASSIGN_OR_RETURN(standing, device.engine().Standing(bonds.front().id));
           return absl::OkStatus();  // where none is proposed, accepting it says so
         },
         .show = [&](Device&, const std::vector<BondView>& bonds) -> absl::StatusOr<std::string> {
           const BondId& bond = bonds.front().id;
           HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
           const std::string text = RhythmToAccept(words, *standing.proposal);
           const bool unseen = (options.yes || !AsksPeople(context)) && !standing.proposal_shown;
           HOLDFAST_RETURN_IF_ERROR(
               device.engine().MarkProposalShown(bond, standing.proposal_hash));
           if (!unseen) return text;
           return Refuse(Reason::kUsage, "",
                         "what is proposed was not shown here yet, so nothing was accepted. " +
                             text +
                             " The same command accepts it now; \"holdfast rhythm\" shows it "
                             "again");
         },
         .decide =
             [&](Engine& engine, const BondView& bond) {
               return engine.AcceptRhythm(bond.id, standing.proposal_hash);
             }});
  });
}

// Of those who join later alone.
absl::Status EndLater(Context& context) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const auto standing, device.engine().StandingRhythm());
    HOLDFAST_RETURN_IF_ERROR(device.engine().SetStandingRhythm(std::nullopt));
    context.out.Say(standing ? "Nothing is proposed any more to whoever joins later. What was "
                               "proposed or agreed stays."
                             : "Nothing was proposed to whoever joins later, so nothing changes.");
    context.has_acted = standing.has_value();
    context.out.Document({{"standing", nullptr}});
    return absl::OkStatus();
  });
}

absl::Status EndIt(Context& context, const RhythmOptions& options) {
  return WithDevice(context, [&](Device& device) {
    return DecideAndSay(
        context, device,
        {.bonds = options.bonds,
         .yes = options.yes,
         .show = [&](Device&, const std::vector<BondView>& bonds) -> absl::StatusOr<std::string> {
           HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
           std::string text;
           for (const BondView& bond : bonds) {
             HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing,
                                       device.engine().Standing(bond.id));
             text += (text.empty() ? "" : "\n") + RhythmToEnd(words, standing);
           }
           return text;
         },
         .decide = [](Engine& engine, const BondView& bond) { return engine.EndRhythm(bond.id); }});
  });
}

std::string RhythmOf(const Words& words, const StandingView& standing) {
  std::string text = standing.rhythm ? "a check-in " + RhythmInWords(*standing.rhythm)
                                     : std::string("no rhythm; a check-in is welcome at any time");
  if (!standing.proposal) return text;
  return text + "\nProposed: a check-in " + RhythmInWords(*standing.proposal) + ".\n" +
         FirstOpenings(words, *standing.proposal) +
         (words.is_client() && !HasAnswered(standing) ? " If it suits you: holdfast rhythm accept"
                                                      : "");
}

absl::StatusOr<BondShown> ShowRhythm(Device& device, const Words& words, const BondView& bond,
                                     const StandingView& standing) {
  if (standing.proposal) {
    HOLDFAST_RETURN_IF_ERROR(device.engine().MarkProposalShown(bond.id, standing.proposal_hash));
  }
  return BondShown{RhythmOf(words, standing), StandingJson(standing)};
}

absl::Status ShowRhythms(Context& context, const RhythmOptions& options) {
  const auto for_later = [&](Device& device, const Words&,
                             Json& document) -> absl::StatusOr<std::string> {
    HOLDFAST_ASSIGN_OR_RETURN(const auto standing, device.engine().StandingRhythm());
    document["standing"] = standing ? RhythmJson(*standing) : Json(nullptr);
    if (!standing || !options.bonds.empty()) return std::string();
    return "Whoever joins later is proposed: a check-in " + RhythmInWords(*standing) +
           (CheckRhythm(*standing, device.now_ms()).ok()
                ? ""
                : "; but that is over, so nothing is proposed any more");
  };
  return ShowBonds(context, options.bonds, options.offline, ShowRhythm, for_later);
}

absl::Status RunRhythm(Context& context, const RhythmOptions& options) {
  const bool signs = options.propose->parsed() || options.accept->parsed() || options.end->parsed();
  HOLDFAST_RETURN_IF_ERROR(CheckOffline(options.offline, !signs));
  if (!signs) return ShowRhythms(context, options);
  const bool several = options.all || options.later;
  if (several && (!options.bonds.empty() || (options.all && options.later))) {
    return Refuse(Reason::kUsage, options.later ? "--later" : "--all",
                  "goes without --bond, and only one of --all and --later is given");
  }
  if (options.propose->parsed()) return ProposeIt(context, options);
  if (options.end->parsed() && options.later) return EndLater(context);
  if (options.bonds.size() > 1) {
    return Refuse(Reason::kUsage, "--bond", "names one here; several go with propose");
  }
  return options.accept->parsed() ? AcceptIt(context, options) : EndIt(context, options);
}

void AddProposal(CLI::App& propose, RhythmOptions& options) {
  propose
      .add_option("--weekly", options.weekly,
                  "Days of the week, e.g. mon, \"mon,thu\", mon-fri, \"every second monday\"")
      ->type_name("DAYS");
  options.every_given =
      propose.add_option("--every", options.every, "With --weekly: every so many weeks")
          ->check(Decimal())
          ->check(CLI::Range(std::uint32_t{1}, limits::kRuleIntervalMax))
          ->type_name("N");
  propose
      .add_option("--rule", options.rule,
                  "Instead: an RFC 5545 rule, e.g. FREQ=DAILY;COUNT=7. A COUNT counts those that "
                  "can still come")
      ->type_name("RRULE");
  propose.add_option("--at", options.at, "When it opens, e.g. 18:00")
      ->required()
      ->type_name("TIME");
  propose.add_option("--zone", options.zone, "Time zone, e.g. Europe/Zurich; else this device's")
      ->type_name("NAME");
  propose
      .add_option("--first", options.first,
                  "Not before this day, e.g. 2026-03-02, \"in 2 weeks\"; else today")
      ->type_name("DAY");
  propose
      .add_option("--window", options.window,
                  "How long it stays open; else 48h, or 44h or 20h where the next opens sooner")
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
  AddBonds(*command, options->bonds,
           "With whom: a label or an id; propose takes it several times, for one rhythm with each");
  command->add_flag("--yes", options->yes, std::string(kYesHelp));
  AddOffline(*command, options->offline);
  command->add_subcommand("show", "What is agreed, and what is proposed");
  options->propose = command->add_subcommand("propose", "Propose one; therapists only");
  AddProposal(*options->propose, *options);
  options->propose->add_flag("--all", options->all, "To every client, and to whoever joins later");
  options->propose->add_flag("--later", options->later, "To whoever joins later alone");
  options->accept =
      command->add_subcommand("accept", "Accept what is proposed, and was shown; clients only");
  options->end = command->add_subcommand(
      "end", "No further check-ins open by themselves; or a proposal is taken back, or declined");
  options->end->add_flag("--later", options->later,
                         "Instead: nothing is proposed to whoever joins later");
  return {command, [options](Context& context) { return RunRhythm(context, *options); }};
}

}  // namespace holdfast::client::cli
