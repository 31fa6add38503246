// trend: how answers went over time, form by form; at the terminal, or as a page of one's own.
#include <memory>
#include <optional>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/commands/output_file.h"
#include "client/cli/commands/reading.h"
#include "client/cli/terminal/input.h"
#include "client/cli/terminal/private_output.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/cli/words/trend_page.h"
#include "client/cli/words/trend_words.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kNothingToDraw = "There are no answers here yet to draw.";

struct TrendOptions {
  std::string form;
  std::string bond;
  std::optional<std::string> html;  // a file, or - for standard output
  bool offline = false;
};

struct TrendsHere {
  BondView bond;
  std::vector<Trend> trends;
};

absl::StatusOr<TrendsHere> FindTrends(Device& device, const TrendOptions& options) {
  TrendsHere here;
  HOLDFAST_ASSIGN_OR_RETURN(here.bond, device.Bond(options.bond));
  MessageQuery query;
  query.bond = here.bond.id;
  query.newest_max = 0;
  HOLDFAST_ASSIGN_OR_RETURN(const auto messages, device.engine().Messages(query));
  HOLDFAST_ASSIGN_OR_RETURN(const auto forms, device.forms());
  here.trends = TrendsOf(messages, forms);
  if (!options.form.empty()) {
    std::erase_if(here.trends,
                  [&](const Trend& trend) { return trend.form->name != options.form; });
  }
  return here;
}

Json TrendDocument(const Words& words, const TrendsHere& here, Json file) {
  Json trends = Json::array();
  for (const Trend& trend : here.trends) trends.push_back(TrendJson(words, trend));
  return {{"bond", here.bond.id.hex()}, {"file", std::move(file)}, {"trends", trends}};
}

absl::StatusOr<Reading> LookAtTrend(Device& device, const TrendOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const TrendsHere here, FindTrends(device, options));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  Reading reading;
  for (const Trend& trend : here.trends) {
    reading.Add((reading.pieces.empty() ? "" : "\n") + TrendInWords(words, trend, OutputColumns()));
  }
  if (here.trends.empty()) reading.Add(std::string(kNothingToDraw));
  reading.document = TrendDocument(words, here, nullptr);
  return reading;
}

absl::Status WriteTrendPage(Device& device, const std::string& file, const TrendsHere& here) {
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  HOLDFAST_ASSIGN_OR_RETURN(PrivateOutput output, PrivateOutput::Open(file, "--html"));
  HOLDFAST_RETURN_IF_ERROR(
      output.Write(TrendPage(words, here.bond.id, here.trends, device.now_ms())));
  return output.Finish();
}

// The page is written, unless there is nothing to draw.
absl::Status SayTrendPage(Context& context, Device& device, const TrendOptions& options,
                          const TrendsHere& here, const absl::Status& sync) {
  if (here.trends.empty()) {
    context.out.Say(std::string(kNothingToDraw) + " No page was written.");
  } else {
    context.out.Say("Written to " + PrintableLine(*options.html) +
                    ", a page for your browser. It is not sealed: whoever has the file can read "
                    "it.");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  Json document = WithSync(
      TrendDocument(words, here, here.trends.empty() ? Json(nullptr) : Json(*options.html)), sync);
  if (options.offline) document["synced"] = false;
  context.out.Document(std::move(document));
  return absl::OkStatus();
}

absl::Status RunTrendPage(Context& context, const TrendOptions& options) {
  const std::string& file = *options.html;
  HOLDFAST_RETURN_IF_ERROR(CheckCanBeWritten(file, "--html"));
  const auto write = [&](Device& device) -> absl::Status {
    const bool offline = options.offline || device.reads_only();
    if (offline) device.AskNobody();
    const absl::Status sync = offline ? absl::OkStatus() : device.Sync(kBriefSyncMs).status();
    if (!sync.ok() && !IsAway(sync)) return sync;
    HOLDFAST_ASSIGN_OR_RETURN(const TrendsHere here, FindTrends(device, options));
    const bool is_file = file != "-";
    if (!here.trends.empty()) {
      if (is_file) HOLDFAST_RETURN_IF_ERROR(MayReplace(context, device, file));
      const HeldSignals held;  // what is begun and not finished is removed first
      HOLDFAST_RETURN_IF_ERROR(WriteTrendPage(device, file, here));
    }
    EndIfSignalled(context);
    if (!is_file && !here.trends.empty()) return absl::OkStatus();
    return SayTrendPage(context, device, options, here, sync);
  };
  return WithDevice(context, write, Reads::kImportedToo);
}

}  // namespace

Command TrendCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("trend", "How answers went over time");
  const auto options = std::make_shared<TrendOptions>();
  command->add_option("FORM", options->form, "Only this one, by its name")->type_name("");
  command->add_option("--bond", options->bond, "With whom: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  command
      ->add_option("--html", options->html,
                   "A page for a browser, with a picture and a table of each; - is standard output")
      ->type_name("FILE");
  AddOffline(*command, options->offline);
  command->footer(
      "Drawn on this device from what is on it; the practice knows nothing of it. A gap is a gap: "
      "there is no target, and nothing is counted against anybody. Forms, and versions of a form, "
      "are never mixed. Totals are shown to a therapist. A page asks for nothing from elsewhere "
      "and "
      "is not sealed: only your own user can read it, but whoever gets it can read all of it.");
  return {command, [options](Context& context) {
            if (options->html) return RunTrendPage(context, *options);
            return WithDevice(
                context,
                [&](Device& device) {
                  return ShowReading(
                      context, device, options->offline,
                      [&](Asking, const absl::Status&) { return LookAtTrend(device, *options); });
                },
                Reads::kImportedToo);
          }};
}

}  // namespace holdfast::client::cli
