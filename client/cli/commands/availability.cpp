// availability: when a therapist works, and how soon they answer.
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

struct AvailabilityOptions {
  CLI::App* set = nullptr;
  std::string zone;
  std::string hours;
  std::vector<std::string> away;
  std::string reply_within;
  std::string remind_before;
  std::string bond;
};

absl::StatusOr<AvailabilityDraft> AvailabilityDraftOf(const AvailabilityOptions& options) {
  AvailabilityDraft draft;
  draft.zone = options.zone;
  if (draft.zone.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(draft.zone, OwnZoneName(SystemClock().WallMs()));
  }
  HOLDFAST_ASSIGN_OR_RETURN(draft.hours, ParseHours(options.hours));
  for (const std::string& away : options.away) {
    HOLDFAST_ASSIGN_OR_RETURN(const LocalSpan span, ParseAway(away, OwnNow()));
    draft.away.push_back(span);
  }
  draft.away = JoinedAway(std::move(draft.away));
  HOLDFAST_ASSIGN_OR_RETURN(
      draft.reply_within_minutes,
      ParseWorkingMinutes(options.reply_within, "--reply-within", draft.hours));
  draft.remind_before_minutes = DefaultReminder(draft.reply_within_minutes);
  if (!options.remind_before.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(
        draft.remind_before_minutes,
        ParseWorkingMinutes(options.remind_before, "--remind-before", draft.hours));
  }
  return draft;
}

// Days that are over do no harm, but a year may have been mistyped.
void SayWhatIsOver(const Context& context, const AvailabilityOptions& options,
                   const AvailabilityDraft& draft, std::uint64_t now_ms) {
  for (std::size_t i = 0; i < draft.away.size(); ++i) {
    // Wherever on earth the days are counted.
    if (draft.away[i].until + limits::kDayMs > now_ms) continue;
    context.out.Aside("--away " + options.away[i] + " is over already. Is the year right?");
  }
}

absl::Status SetHours(Context& context, const AvailabilityOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const AvailabilityDraft draft, AvailabilityDraftOf(options));
  return WithDevice(context, [&](Device& device) {
    SayWhatIsOver(context, options, draft, device.now_ms());
    return DecideAndSay(context, device, options.bond, true,
                        [&](Engine& engine, const BondView& bond) {
                          return engine.SetAvailability(bond.id, draft);
                        });
  });
}

absl::Status ShowHours(Context& context) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    const absl::Status sync = device.Sync(kBriefSyncMs).status();
    HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, device.engine().Bonds());
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    Json documents = Json::array();
    for (const BondView& bond : bonds) {
      HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, device.engine().Standing(bond.id));
      context.out.Say(words.Other(bond.id) + " (" + ShortId(bond.id) + "): " +
                      (standing.availability
                           ? AvailabilityInWords(words, *standing.availability)
                           : std::string("no hours are set, so no reply time is promised")));
      documents.push_back(
          {{"bond", bond.id.hex()},
           {"availability",
            standing.availability ? AvailabilityJson(*standing.availability) : Json(nullptr)}});
    }
    if (bonds.empty()) context.out.Say(kNobodyYet);
    context.out.Document(WithSync({{"bonds", documents}}, sync));
    return IsAway(sync) ? absl::OkStatus() : sync;
  });
}

}  // namespace

Command AvailabilityCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("availability", "Working hours, away times, and how soon a reply comes");
  const auto options = std::make_shared<AvailabilityOptions>();
  command->require_subcommand(0, 1);
  command->fallthrough();
  command->add_subcommand("show", "What is promised now");
  CLI::App* const set = command->add_subcommand("set", "Promise it, signed; therapists only");
  options->set = set;
  set->add_option("--hours", options->hours, "\"mon-fri 9:00-12:00,13:00-17:00; sat 10:00-12:00\"")
      ->required()
      ->type_name("HOURS");
  set->add_option("--reply-within", options->reply_within,
                  "Working time in which a reply comes, e.g. 8h")
      ->required()
      ->type_name("TIME");
  set->add_option("--zone", options->zone, "Time zone, e.g. Europe/Zurich; else this device's")
      ->type_name("NAME");
  set->add_option("--away", options->away,
                  "Days away, e.g. 2026-07-06..2026-07-17; several allowed")
      ->type_name("FROM..UNTIL");
  set->add_option("--remind-before", options->remind_before,
                  "Working time before a reply is due at which you are reminded; else 2h")
      ->type_name("TIME");
  set->add_option("--bond", options->bond, "For one client alone: a label or an id; else for all")
      ->type_name("WHO");
  command->footer(
      "Hours and away times replace what was set before, and hold for messages that arrive\n"
      "from then on; what is promised already stays promised. Whoever joins later has no\n"
      "hours until you set them again.");
  return {command, [options](Context& context) {
            return options->set->parsed() ? SetHours(context, *options) : ShowHours(context);
          }};
}

}  // namespace holdfast::client::cli
