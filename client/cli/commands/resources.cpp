// resources: what to do now, for somebody who is not safe; needs no profile and no passphrase.
#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/terminal/input.h"
#include "client/cli/terminal/own_resources.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/cli/words/words.h"
#include "client/forms/limits.h"
#include "client/host/own_zone.h"
#include "client/host/system_world.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct ResourcesOptions {
  std::string file;
  std::string zone;
};

absl::StatusOr<OwnResources> ResourcesFrom(const Context& context,
                                           const ResourcesOptions& options) {
  if (options.file.empty()) return ResourcesHere(context.profile);
  OwnResources own;
  HOLDFAST_ASSIGN_OR_RETURN(const std::string bytes,
                            ReadAll(options.file, forms::limits::kFileBytesMax, "--file"));
  auto read = forms::ParseResources(bytes);
  if (!read.ok()) {
    return Refuse(Reason::kUsage, FieldOf(read.status()), MessageOf(read.status()));
  }
  own.resources = *std::move(read);
  own.file = options.file;
  return own;
}

absl::Status ShowResources(Context& context, const ResourcesOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const OwnResources own, ResourcesFrom(context, options));
  std::string zone = options.zone;
  if (zone.empty()) zone = OwnZoneName(SystemClock().WallMs()).value_or("");
  const std::vector<std::string> lines = forms::LinesFor(own.resources, zone);
  if (!own.problem.empty()) context.out.Aside(PrintableLine(own.problem));
  std::string text = "What you can do now, if you are not safe:\n";
  for (const std::string& line : lines) text += "  * " + PrintableLine(line) + "\n";
  context.out.Say(text + "\n" + std::string(kNoEmergencyService));
  context.out.Document({{"file", TextJson(own.file.string())},
                        {"zone", TextJson(zone)},
                        {"lines", lines},
                        {"problem", TextJson(own.problem)}});
  return absl::OkStatus();
}

}  // namespace

Command ResourcesCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("resources", "What to do now, if you are not safe; asks for nothing");
  const auto options = std::make_shared<ResourcesOptions>();
  command->add_option("--file", options->file, "Of this file, to see whether it can be used")
      ->type_name("FILE");
  command->add_option("--zone", options->zone, "As if this device were in that time zone")
      ->type_name("ZONE");
  command->footer(
      "By the time zone that this device is in. A practice's own lines are read from "
      "resources.json beside the profiles, or from /etc/holdfast; they are not signed, and whoever "
      "may write that file decides what is shown.");
  return {command, [options](Context& context) { return ShowResources(context, *options); }};
}

}  // namespace holdfast::client::cli
