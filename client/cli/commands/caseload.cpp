// caseload: a therapist's clients, whoever needs somebody first at the beginning.
#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/commands/reading.h"
#include "client/cli/words/caseload_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/summary_words.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

absl::StatusOr<Reading> LookAtCaseload(Device& device) {
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<BondOverview> bonds, device.engine().BondsByNeed());
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  HOLDFAST_ASSIGN_OR_RETURN(const KeptHere kept, KeptHereOf(device.engine()));
  Reading reading;
  reading.Add(SummaryInWords(words, SummaryOf(bonds, words.own_role(), kept)));
  bonds = CaseloadOf(std::move(bonds));
  Json clients = Json::array();
  for (const BondOverview& bond : bonds) {
    reading.Add("\n" + CaseInWords(words, bond));
    clients.push_back(CaseJson(words, bond));
  }
  const std::string note = ReliableChangeInWords(words, bonds);
  if (!note.empty()) reading.Add("\n" + note);
  if (bonds.empty()) reading.Add("Nobody has joined yet: \"holdfast invite\" makes an invitation.");
  reading.document = {{"clients", clients}};
  return reading;
}

absl::Status RunCaseload(Context& context, bool offline) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    if (device.engine().identity().role == crypto::Role::kClient) {
      return Refuse(Reason::kUsage, "",
                    "this one is for therapists, who look after several people. What is open for "
                    "you is in \"holdfast status\", and how your answers went in \"holdfast "
                    "trend\"");
    }
    return ShowReading(context, device, offline,
                       [&](Asking, const absl::Status&) { return LookAtCaseload(device); });
  });
}

}  // namespace

Command CaseloadCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("caseload", "Your clients, whoever needs you first at the beginning");
  const auto offline = std::make_shared<bool>(false);
  AddOffline(*command, *offline);
  command->footer(
      "For therapists. First whoever may not be safe, then what landed badly, late replies, "
      "replies by their due time, what is not opened, and the rest by who was not heard of for "
      "longest. A total is compared with the one before of the very same form, or with the "
      "first; where the form names a reliable change, a larger one is named. Made on this device "
      "from what is on it.");
  return {command, [offline](Context& context) { return RunCaseload(context, *offline); }};
}

}  // namespace holdfast::client::cli
