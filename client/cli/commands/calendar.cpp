// calendar: the rhythm for a calendar of one's own.
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/output_file.h"
#include "client/cli/commands/reading.h"
#include "client/cli/terminal/private_output.h"
#include "client/cli/words/calendar_file.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/cli/words/time_input.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

// A day is the most that an alarm makes sense before.
constexpr std::uint32_t kAlarmBeforeMinutesMax = 24 * 60;

struct CalendarOptions {
  std::string output = "-";
  std::string bond;
  std::string before;
  bool offline = false;
};

absl::StatusOr<std::vector<CalendarSeries>> SeriesToWrite(Device& device,
                                                          const std::string& wanted) {
  std::vector<BondView> bonds;
  if (wanted.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(bonds, device.engine().Bonds());
  } else {
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(wanted));
    bonds.push_back(bond);
  }
  std::vector<CalendarSeries> series;
  HOLDFAST_ASSIGN_OR_RETURN(const auto standings, device.engine().Standings(bonds));
  for (const auto& [bond, standing] : standings) {
    if (!standing.rhythm || standing.ended) continue;
    HOLDFAST_ASSIGN_OR_RETURN(auto coming, device.engine().Openings(bond));
    if (!coming.empty()) series.push_back({bond, *standing.rhythm, std::move(coming)});
  }
  if (!series.empty()) return series;
  return Refuse(Reason::kUsage, "",
                "there is nothing to write: no rhythm runs that opens a check-in from now on. "
                "\"holdfast rhythm\" shows what is agreed");
}

std::string HowFar(const Words& words, const WrittenSeries& one, bool several) {
  std::string line = several ? words.Subject(one.bond) + ": from " : "From ";
  line += words.Day(one.first_ms) + " on";
  if (one.one_by_one) {
    return line + " until " + words.Day(one.until_ms) +
           ", each by itself, because the clock may change at this time of day. Write it again "
           "before it ends.";
  }
  line += ", until " + words.Day(one.until_ms);
  return line + (one.ends ? ", when it ends." : "; write it again before then.");
}

Json SeriesJson(const WrittenSeries& one) {
  return {{"bond", one.bond.hex()},
          {"first_at", TimeJson(one.first_ms)},
          {"until", TimeJson(one.until_ms)},
          {"ends", one.ends},
          {"one_by_one", one.one_by_one}};
}

absl::Status SaveCalendar(Context& context, Device& device, const CalendarOptions& options,
                          const CalendarTerms& terms, const absl::Status& sync) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto series, SeriesToWrite(device, options.bond));
  const CalendarFile file = WriteCalendar(series, terms);
  if (options.output != "-") {
    HOLDFAST_RETURN_IF_ERROR(MayReplace(context, device, options.output));
  }
  HOLDFAST_ASSIGN_OR_RETURN(PrivateOutput output, PrivateOutput::Open(options.output, "--output"));
  HOLDFAST_RETURN_IF_ERROR(output.Write(file.text));
  HOLDFAST_RETURN_IF_ERROR(output.Finish());
  if (options.output == "-") return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  context.out.Say("Written to " + PrintableLine(options.output) + ", for a calendar to read.");
  for (const WrittenSeries& one : file.series) {
    context.out.Say(HowFar(words, one, file.series.size() > 1));
  }
  context.out.Say(
      "It says \"Time for me\" and nothing else, but when you check in is yours to "
      "keep: whoever has the file, or sees that calendar, knows it.");
  Json documents = Json::array();
  for (const WrittenSeries& one : file.series) documents.push_back(SeriesJson(one));
  Json document = WithSync({{"file", options.output}, {"series", std::move(documents)}}, sync);
  if (options.offline) document["synced"] = false;
  context.out.Document(std::move(document));
  return absl::OkStatus();
}

absl::Status RunCalendar(Context& context, const CalendarOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckCanBeWritten(options.output, "--output"));
  CalendarTerms terms;
  if (!options.before.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(terms.alarm_before_minutes, ParseMinutes(options.before, "--before"));
  }
  if (terms.alarm_before_minutes > kAlarmBeforeMinutesMax) {
    return Refuse(Reason::kUsage, "--before", "may be a day at most");
  }
  return WithDevice(context, [&](Device& device) -> absl::Status {
    if (options.offline) device.AskNobody();
    const absl::Status sync =
        options.offline ? absl::OkStatus() : device.Sync(kBriefSyncMs).status();
    if (!sync.ok() && !IsAway(sync)) return sync;
    terms.now_ms = device.now_ms();
    return SaveCalendar(context, device, options, terms, sync);
  });
}

}  // namespace

Command CalendarCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("calendar", "The rhythm as a calendar file, with a reminder for each");
  const auto options = std::make_shared<CalendarOptions>();
  command->add_option("--output", options->output, "Where to; - (the default) is standard output")
      ->type_name("FILE");
  command->add_option("--bond", options->bond, "Only of this one: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  command
      ->add_option("--before", options->before,
                   "How long before the opening it reminds, \"15m\" or \"2h\"; when it opens "
                   "unless given")
      ->type_name("TIME");
  AddOffline(*command, options->offline);
  command->footer(
      "The file is a secret: it says when you check in. It is readable by you alone, names "
      "nobody,\n"
      "and calls each opening \"Time for me\". A calendar that is kept elsewhere tells whoever "
      "keeps\n"
      "it these times. After a change of the rhythm, or a pause, write it again and have the\n"
      "calendar read it: it takes the place of the one before. What no longer is, a rhythm that\n"
      "has ended or single openings that a pause skips, is for you to remove there.");
  return {command, [options](Context& context) { return RunCalendar(context, *options); }};
}

}  // namespace holdfast::client::cli
