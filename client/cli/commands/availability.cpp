// availability: when a therapist works, and how soon they answer.
#include <map>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/deciding.h"
#include "client/cli/commands/holidays.h"
#include "client/cli/commands/reading.h"
#include "client/cli/words/schedule_input.h"
#include "client/cli/words/schedule_words.h"
#include "client/cli/words/signing_words.h"
#include "client/cli/words/standing_json.h"
#include "client/cli/words/times.h"
#include "client/host/own_zone.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

struct AvailabilityOptions {
  CLI::App* set = nullptr;
  Holidays holidays;
  std::string zone;
  std::string hours;
  std::vector<std::string> away;
  std::string reply_within;
  std::string remind_before;
  std::vector<std::string> bonds;
  bool yes = false;
  bool offline = false;
};

absl::StatusOr<AvailabilityDraft> AvailabilityDraftOf(const AvailabilityOptions& options,
                                                      std::uint64_t now_ms) {
  AvailabilityDraft draft;
  HOLDFAST_ASSIGN_OR_RETURN(draft.hours, ParseHours(options.hours));
  HOLDFAST_ASSIGN_OR_RETURN(
      draft.reply_within_minutes,
      ParseWorkingMinutes(options.reply_within, "--reply-within", draft.hours));
  draft.remind_before_minutes = DefaultReminder(draft.reply_within_minutes);
  if (!options.remind_before.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(
        draft.remind_before_minutes,
        ParseWorkingMinutes(options.remind_before, "--remind-before", draft.hours));
  }
  draft.zone = options.zone;
  if (draft.zone.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.zone, OwnZoneName(now_ms));
  }
  HOLDFAST_ASSIGN_OR_RETURN(const LocalMs now, NowIn(draft.zone, now_ms));
  for (const std::string& away : options.away) {
    HOLDFAST_ASSIGN_OR_RETURN(const LocalSpan span, ParseAway(away, now));
    draft.away.push_back(span);
  }
  draft.away = JoinedAway(std::move(draft.away));
  return draft;
}

// Days that are over do no harm, but a year may have been mistyped.
void SayWhatIsOver(const Context& context, const AvailabilityDraft& draft, std::uint64_t now_ms) {
  for (const LocalSpan& span : draft.away) {
    // Wherever on earth the days are counted.
    if (span.until + limits::kDayMs > now_ms) continue;
    context.out.Aside("The days away from " + DayInWords(span.from, now_ms) +
                      " are over already. Is the year right?");
  }
}

// What each bond would have: what is set, and, where no days away are, those of before.
absl::StatusOr<std::map<BondId, Availability>> PlansFor(Engine& engine,
                                                        const AvailabilityDraft& draft,
                                                        const std::vector<BondView>& bonds,
                                                        bool keep_away, std::uint64_t now_ms) {
  std::map<BondId, Availability> plans;
  HOLDFAST_ASSIGN_OR_RETURN(const Availability alike, engine.Planned(draft));
  HOLDFAST_ASSIGN_OR_RETURN(const auto standings, engine.Standings(bonds));
  for (const BondView& bond : bonds) {
    AvailabilityDraft own = draft;
    const StandingView& standing = standings.at(bond.id);
    if (keep_away && standing.availability) own.away = SpansOf(*standing.availability, now_ms);
    plans[bond.id] = alike;
    if (!keep_away || own.away.empty()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(plans[bond.id], engine.Planned(own));
  }
  return plans;
}

absl::Status SetAvailability(Context& context, const AvailabilityOptions& options) {
  const auto draft = AvailabilityDraftOf(options, SystemClock().WallMs());
  HOLDFAST_RETURN_IF_ERROR(AsTyped(draft.status()));
  HOLDFAST_RETURN_IF_ERROR(AsTyped(PlannedHours(*draft, SystemClock().WallMs()).status()));
  return WithDevice(context, [&](Device& device) {
    SayWhatIsOver(context, *draft, device.now_ms());
    return DecideHours(
        context, device, {options.bonds, options.yes, false},
        [&](Engine& engine, const std::vector<BondView>& bonds,
            const std::optional<Availability>& standing) -> absl::StatusOr<HoursPlan> {
          HoursPlan plan;
          AvailabilityDraft for_all = *draft;
          if (options.away.empty() && standing) for_all.away = SpansOf(*standing, device.now_ms());
          HOLDFAST_ASSIGN_OR_RETURN(plan.for_all, engine.Planned(for_all));
          HOLDFAST_ASSIGN_OR_RETURN(
              plan.for_bonds,
              PlansFor(engine, *draft, bonds, options.away.empty(), device.now_ms()));
          return plan;
        });
  });
}

absl::StatusOr<BondShown> HoursOf(Device&, const Words& words, const BondView& bond,
                                  const StandingView& standing) {
  if (!standing.availability) {
    return BondShown{"no hours are set, so no reply time is promised",
                     {{"bond", bond.id.hex()}, {"availability", nullptr}}};
  }
  return BondShown{
      AvailabilityInWords(words, *standing.availability),
      {{"bond", bond.id.hex()}, {"availability", AvailabilityJson(*standing.availability)}}};
}

absl::Status ShowAvailability(Context& context, const AvailabilityOptions& options) {
  const auto standing_hours = [&](Device& device, const Words& words,
                                  Json& document) -> absl::StatusOr<std::string> {
    HOLDFAST_ASSIGN_OR_RETURN(const auto standing, device.engine().StandingHours());
    document["standing"] = standing ? AvailabilityJson(*standing) : Json(nullptr);
    if (!standing || !options.bonds.empty()) return std::string();
    return "Whoever joins later: " + AvailabilityInWords(words, *standing);
  };
  return ShowBonds(context, options.bonds, options.offline, HoursOf, standing_hours);
}

void AddSetting(CLI::App& set, AvailabilityOptions& options) {
  set.add_option("--hours", options.hours,
                 "\"mon-fri 9:00-12:00,13:00-17:00; sat 10:00-12:00\"; a night is fri 22:00-6:00")
      ->required()
      ->type_name("HOURS");
  set.add_option("--reply-within", options.reply_within,
                 "Working time in which a reply comes, e.g. 8h; 1d is one working day")
      ->required()
      ->type_name("TIME");
  set.add_option("--zone", options.zone, "Time zone, e.g. Europe/Zurich; else this device's")
      ->type_name("NAME");
  set.add_option("--away", options.away,
                 "Days away, e.g. 2026-07-06..2026-07-17; several allowed. Else those that are "
                 "set stay")
      ->type_name("FROM..UNTIL");
  set.add_option("--remind-before", options.remind_before,
                 "Working time before a reply is due at which you are reminded; else 2h")
      ->type_name("TIME");
}

}  // namespace

Command AvailabilityCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("availability", "Working hours, away times, and how soon a reply comes");
  const auto options = std::make_shared<AvailabilityOptions>();
  command->require_subcommand(0, 1);
  command->fallthrough();
  AddBonds(*command, options->bonds,
           "For these clients alone, a label or an id each; else for all, also those who join "
           "later");
  command->add_flag("--yes", options->yes, std::string(kYesHelp));
  AddOffline(*command, options->offline);
  command->add_subcommand("show", "What is promised now");
  options->set = command->add_subcommand("set", "Promise it, signed; therapists only");
  AddSetting(*options->set, *options);
  AddHolidays(*command, options->holidays);
  command->footer(
      "Hours replace what was set before, and hold for messages that arrive from then on; what is\n"
      "promised already stays promised. Before anything is signed it is shown, with what it\n"
      "replaces and when replies would be due.");
  return {command, [options](Context& context) {
            const HoursOptions whom = {options->bonds, options->yes, options->offline};
            HOLDFAST_RETURN_IF_ERROR(CheckOffline(options->offline, !options->set->parsed()));
            if (options->set->parsed()) return SetAvailability(context, *options);
            if (options->holidays.away->parsed()) {
              return RunHolidays(context, options->holidays, whom);
            }
            return ShowAvailability(context, *options);
          }};
}

}  // namespace holdfast::client::cli
