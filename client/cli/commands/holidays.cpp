#include "client/cli/commands/holidays.h"

#include <algorithm>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/reading.h"
#include "client/cli/words/schedule_input.h"
#include "client/cli/words/schedule_words.h"
#include "client/cli/words/signing_words.h"
#include "client/cli/words/standing_json.h"
#include "client/host/zone_file.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

AvailabilityDraft DraftFrom(const Availability& availability, std::uint64_t now_ms) {
  return {availability.zone.name, availability.hours, SpansOf(availability, now_ms),
          availability.reply_within_minutes, availability.remind_before_minutes};
}

// Without the part of each that lies in `gone`.
std::vector<LocalSpan> Without(const std::vector<LocalSpan>& away, const LocalSpan& gone) {
  std::vector<LocalSpan> left;
  for (const LocalSpan& span : away) {
    if (span.from < gone.from) left.push_back({span.from, std::min(span.until, gone.from)});
    if (span.until > gone.until) left.push_back({std::max(span.from, gone.until), span.until});
  }
  return left;
}

bool AreSame(const std::vector<LocalSpan>& one, const std::vector<LocalSpan>& other) {
  return std::ranges::equal(one, other, [](const LocalSpan& a, const LocalSpan& b) {
    return a.from == b.from && a.until == b.until;
  });
}

// With the days added or removed; none where that changes nothing.
absl::StatusOr<std::optional<Availability>> Changed(Engine& engine, const Availability& before,
                                                    const Holidays& holidays,
                                                    std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const LocalMs now, NowIn(before.zone.name, now_ms));
  AvailabilityDraft draft = DraftFrom(before, now_ms);
  const std::vector<LocalSpan> as_it_was = draft.away;
  for (const std::string& typed : holidays.spans) {
    HOLDFAST_ASSIGN_OR_RETURN(const LocalSpan span, ParseAway(typed, now));
    if (holidays.add->parsed() && span.until <= now) {
      return Refuse(Reason::kUsage, "--away", "is over already. Is the year right?");
    }
    if (holidays.add->parsed()) {
      draft.away.push_back(span);
    } else {
      draft.away = Without(draft.away, span);
    }
  }
  draft.away = JoinedAway(std::move(draft.away));
  if (AreSame(draft.away, as_it_was)) return std::optional<Availability>();
  HOLDFAST_ASSIGN_OR_RETURN(Availability planned, engine.Planned(draft));
  return std::optional<Availability>(std::move(planned));
}

absl::StatusOr<HoursPlan> PlanChange(Engine& engine, const std::vector<BondView>& bonds,
                                     const std::optional<Availability>& standing,
                                     const Holidays& holidays, std::uint64_t now_ms) {
  HoursPlan plan;
  bool any_hours = standing.has_value();
  if (standing) {
    HOLDFAST_ASSIGN_OR_RETURN(plan.for_all, Changed(engine, *standing, holidays, now_ms));
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto standings, engine.Standings(bonds));
  for (const BondView& bond : bonds) {
    const StandingView& view = standings.at(bond.id);
    if (!view.availability) continue;
    any_hours = true;
    HOLDFAST_ASSIGN_OR_RETURN(const auto changed,
                              Changed(engine, *view.availability, holidays, now_ms));
    if (changed) plan.for_bonds.emplace(bond.id, *changed);
  }
  if (plan.for_all || !plan.for_bonds.empty()) return plan;
  if (!any_hours) {
    return Refuse(Reason::kUsage, "",
                  "no hours are set yet; \"holdfast availability set\" sets them first");
  }
  return Refuse(Reason::kUsage, "",
                holidays.add->parsed()
                    ? "you are away then already, so there is nothing to add"
                    : "you are not away then; \"holdfast availability away list\" shows when");
}

// The days away that are not over, in words and as documents.
BondShown HolidaysIn(const Words& words, const std::optional<Availability>& hours) {
  BondShown shown{"", Json::array()};
  if (!hours) return shown;
  Availability coming = *hours;
  std::erase_if(coming.away, [&](const Away& one) { return one.until_ms <= words.now_ms(); });
  for (const Away& one : coming.away) {
    shown.text += (shown.text.empty() ? "" : "; ") + AwayInWords(words, coming, one);
  }
  shown.document = AvailabilityJson(coming).at("away");
  return shown;
}

absl::StatusOr<BondShown> HolidaysOf(Device&, const Words& words, const BondView& bond,
                                     const StandingView& standing) {
  BondShown shown = HolidaysIn(words, standing.ended ? std::nullopt : standing.availability);
  if (shown.text.empty()) shown.text = "no days away are set";
  shown.document = {{"bond", bond.id.hex()}, {"away", std::move(shown.document)}};
  return shown;
}

absl::Status ListHolidays(Context& context, const HoursOptions& options) {
  const auto of_later = [&](Device& device, const Words& words,
                            Json& document) -> absl::StatusOr<std::string> {
    HOLDFAST_ASSIGN_OR_RETURN(const auto hours, device.engine().StandingHours());
    BondShown later = HolidaysIn(words, hours);
    document["standing"] = std::move(later.document);
    if (later.text.empty() || !options.bonds.empty()) return std::string();
    return "Whoever joins later: " + later.text;
  };
  return ShowBonds(context, options.bonds, options.offline, HolidaysOf, of_later);
}

// All that is signed, and all that is no more.
absl::StatusOr<std::string> HoursInFull(Device& device, const std::vector<BondView>& bonds,
                                        const HoursPlan& plan, bool for_all) {
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  std::string text, dropped;
  // Clients with one and the same plan are told together.
  std::vector<std::pair<Availability, std::vector<BondView>>> groups;
  HOLDFAST_ASSIGN_OR_RETURN(const auto standings, device.engine().Standings(bonds));
  for (const BondView& bond : bonds) {
    const auto planned = plan.for_bonds.find(bond.id);
    if (planned == plan.for_bonds.end()) continue;
    const auto same =
        std::ranges::find(groups, planned->second, [](const auto& group) { return group.first; });
    if (same == groups.end()) {
      groups.push_back({planned->second, {bond}});
    } else {
      same->second.push_back(bond);
    }
    const StandingView& standing = standings.at(bond.id);
    if (!standing.availability) continue;
    const std::string gone = HoursDropped(words, bond.id, *standing.availability, planned->second);
    if (!gone.empty()) dropped += "\n" + gone;
  }
  bool later_told = !for_all || !plan.for_all;
  for (const auto& [hours, members] : groups) {
    const bool also_later = !later_told && hours == *plan.for_all;
    later_told = later_told || also_later;
    text += (text.empty() ? "" : "\n") +
            HoursToSign(
                words, hours,
                NamesInWords(words, members) + (also_later ? ", and for whoever joins later" : ""));
  }
  if (!later_told) {
    text += (text.empty() ? "" : "\n") + HoursToSign(words, *plan.for_all, "whoever joins later");
  }
  return text + dropped;
}

}  // namespace

std::vector<LocalSpan> SpansOf(const Availability& availability, std::uint64_t now_ms) {
  std::vector<LocalSpan> spans;
  for (const Away& away : availability.away) {
    if (away.until_ms <= now_ms) continue;
    spans.push_back(
        {ToLocal(availability.zone, away.from_ms), ToLocal(availability.zone, away.until_ms)});
  }
  return spans;
}

absl::StatusOr<LocalMs> NowIn(const std::string& zone, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const Zone read, ZoneFolder(kZoneFolder).Read(zone, now_ms, now_ms + limits::kZoneCoverMs));
  return ToLocal(read, now_ms);
}

absl::Status DecideHours(Context& context, Device& device, const HoursOptions& options,
                         const PlanHours& plan_for) {
  if (device.engine().identity().role != crypto::Role::kTherapist) {
    return Refuse(Reason::kUsage, "", "that is for the therapist to decide");
  }
  HoursPlan plan;
  const bool for_all = options.bonds.empty();
  return DecideAndSay(
      context, device,
      {.bonds = options.bonds,
       .all = true,
       .yes = options.yes,
       .plan = [&](Device&, const std::vector<BondView>& bonds) -> absl::Status {
         std::optional<Availability> standing;
         if (for_all) {
           HOLDFAST_ASSIGN_OR_RETURN(standing, device.engine().StandingHours());
         }
         HOLDFAST_ASSIGN_OR_RETURN(plan, plan_for(device.engine(), bonds, standing));
         return absl::OkStatus();
       },
       .show = [&](Device&, const std::vector<BondView>& bonds) -> absl::StatusOr<std::string> {
         return HoursInFull(device, bonds, plan, for_all);
       },
       .before =
           [&](Engine& engine) {
             return for_all && plan.for_all ? engine.SetStandingHours(*plan.for_all)
                                            : absl::OkStatus();
           },
       .for_all =
           [&](Engine& engine, const std::vector<BondView>& bonds) {
             std::vector<std::pair<BondId, Availability>> hours;
             for (const BondView& bond : bonds) {
               const auto planned = plan.for_bonds.find(bond.id);
               if (planned != plan.for_bonds.end()) hours.emplace_back(*planned);
             }
             return engine.SetAvailabilities(hours);
           }});
}

void AddHolidays(CLI::App& availability, Holidays& holidays) {
  holidays.away =
      availability.add_subcommand("away", "Days away alone; the hours stay as they are");
  holidays.away->require_subcommand(0, 1);
  holidays.away->fallthrough();
  holidays.away->add_subcommand("list", "Those that are set");
  holidays.add = holidays.away->add_subcommand("add", "More of them");
  holidays.remove = holidays.away->add_subcommand("remove", "There after all; also a part of them");
  for (CLI::App* const command : {holidays.add, holidays.remove}) {
    command
        ->add_option("DAYS", holidays.spans,
                     "2026-07-06..2026-07-17, \"24 dec to 2 jan\", tomorrow; both days count")
        ->required()
        ->type_name("FROM..UNTIL");
  }
}

absl::Status RunHolidays(Context& context, const Holidays& holidays, const HoursOptions& options) {
  if (!holidays.add->parsed() && !holidays.remove->parsed()) return ListHolidays(context, options);
  HOLDFAST_RETURN_IF_ERROR(CheckOffline(options.offline, false));
  HOLDFAST_RETURN_IF_ERROR(CheckDaysAway(holidays.spans, OwnNow()));
  return WithDevice(context, [&](Device& device) {
    return DecideHours(context, device, options,
                       [&](Engine& engine, const std::vector<BondView>& bonds,
                           const std::optional<Availability>& standing) {
                         return PlanChange(engine, bonds, standing, holidays, device.now_ms());
                       });
  });
}

}  // namespace holdfast::client::cli
