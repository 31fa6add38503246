// trend: how answers went over time, form by form.
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/reading.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/json.h"
#include "client/cli/words/trend_words.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct TrendOptions {
  std::string form;
  std::string bond;
  bool offline = false;
};

absl::StatusOr<Reading> LookAtTrend(Device& device, const TrendOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
  MessageQuery query;
  query.bond = bond.id;
  query.newest_max = 0;
  HOLDFAST_ASSIGN_OR_RETURN(const auto messages, device.engine().Messages(query));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  Reading reading;
  Json trends = Json::array();
  for (const Trend& trend : TrendsOf(messages, words.forms())) {
    if (!options.form.empty() && trend.form->name != options.form) continue;
    reading.Add((trends.empty() ? "" : "\n") + TrendInWords(words, trend, OutputColumns()));
    trends.push_back(TrendJson(words, trend));
  }
  if (trends.empty()) reading.Add("There are no answers here yet to draw.");
  reading.document = {{"bond", bond.id.hex()}, {"trends", trends}};
  return reading;
}

}  // namespace

Command TrendCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("trend", "How answers went over time");
  const auto options = std::make_shared<TrendOptions>();
  command->add_option("FORM", options->form, "Only this one, by its name")->type_name("");
  command->add_option("--bond", options->bond, "With whom: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  AddOffline(*command, options->offline);
  command->footer(
      "Drawn on this device from what is on it; the practice knows nothing of it. A gap is a gap: "
      "there is no target, and nothing is counted against anybody. Forms, and versions of a form, "
      "are never mixed. Totals are shown to a therapist.");
  return {command, [options](Context& context) {
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
