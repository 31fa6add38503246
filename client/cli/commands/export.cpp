// export: what was written, as a document to take along.
#include <algorithm>
#include <memory>
#include <optional>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/commands/output_file.h"
#include "client/cli/commands/reading.h"
#include "client/cli/terminal/private_output.h"
#include "client/cli/words/export_format.h"
#include "client/cli/words/json.h"
#include "client/cli/words/own_clock.h"
#include "client/cli/words/past_days.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

struct ExportOptions {
  std::string output;
  std::string format;
  std::string since;
  std::string until;
  std::string bond;
  bool offline = false;
};

// What is to be written, once the device is open.
struct ExportPlan {
  HistoryQuery query;
  ExportHead head;
  std::string format;
};

absl::StatusOr<ExportPlan> PlanExport(const ExportOptions& options) {
  ExportPlan plan;
  plan.format = options.format.empty() ? ExportNameFor(options.output) : options.format;
  const LocalMs now = ToOwnClock(SystemClock().WallMs());
  if (!options.since.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(const LocalMs day, ParsePastDay(options.since, "--since", now));
    plan.head.since_ms = plan.query.since_ms = FromOwnClock(day);
  }
  if (!options.until.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(const LocalMs day, ParsePastDay(options.until, "--until", now));
    plan.head.until_ms = plan.query.until_ms = FromOwnClock(day + limits::kDayMs);
  }
  if (plan.query.since_ms >= plan.query.until_ms) {
    return Refuse(Reason::kUsage, "--until", "is a day before --since");
  }
  HOLDFAST_RETURN_IF_ERROR(CheckCanBeWritten(options.output, "--output"));
  return plan;
}

absl::Status Stopped() { return Declined("it was stopped, and nothing was written"); }

// Of the bonds that are in the document.
BondView BondOf(const ExportHead& head, const BondId& id) {
  const auto found = std::ranges::find(head.bonds, id, &BondView::id);
  if (found != head.bonds.end()) return *found;
  BondView unknown;
  unknown.id = id;
  return unknown;
}

// The messages, one after the other; how many there were.
absl::StatusOr<std::size_t> WriteHistory(Engine& engine, const ExportPlan& plan,
                                         ExportFormat& format, PrivateOutput& output) {
  std::size_t count = 0;
  std::optional<BondId> bond;
  HOLDFAST_RETURN_IF_ERROR(output.Write(format.Begin(plan.head)));
  const auto write_one = [&](const MessageView& message) -> absl::StatusOr<bool> {
    if (HeldSignals::noted() != 0) return Stopped();
    if (bond != message.bond) {
      bond = message.bond;
      HOLDFAST_RETURN_IF_ERROR(output.Write(format.OfBond(BondOf(plan.head, *bond))));
    }
    HOLDFAST_RETURN_IF_ERROR(output.Write(format.Message(message)));
    ++count;
    return true;
  };
  HOLDFAST_RETURN_IF_ERROR(engine.EachMessage(plan.query, write_one));
  HOLDFAST_RETURN_IF_ERROR(output.Write(format.End(count)));
  return count;
}

struct Exported {
  std::size_t messages = 0;
  std::uint64_t bytes = 0;
};

absl::StatusOr<Exported> WriteExport(Device& device, const ExportOptions& options,
                                     const ExportPlan& plan) {
  // Days are named by their date: what is taken along is read on another day.
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<forms::FormRef> forms, device.forms());
  const Words words(plan.head.identity.role, plan.head.bonds, 0, forms);
  const auto format = ExportFormatNamed(plan.format, words);
  HOLDFAST_ASSIGN_OR_RETURN(PrivateOutput output, PrivateOutput::Open(options.output, "--output"));
  Exported exported;
  HOLDFAST_ASSIGN_OR_RETURN(exported.messages,
                            WriteHistory(device.engine(), plan, *format, output));
  HOLDFAST_RETURN_IF_ERROR(output.Finish());
  exported.bytes = output.bytes();
  return exported;
}

absl::Status FillHead(Device& device, const ExportOptions& options, ExportHead& head,
                      HistoryQuery& query) {
  if (options.bond.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(head.bonds, device.engine().Bonds());
  } else {
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
    head.bonds = {bond};
    query.bond = bond.id;
  }
  head.identity = device.engine().identity();
  head.written_ms = device.now_ms();
  return absl::OkStatus();
}

void SayExported(Context& context, const ExportOptions& options, const ExportPlan& plan,
                 const Exported& exported, const absl::Status& sync) {
  context.out.Say(std::to_string(exported.messages) +
                  (exported.messages == 1 ? " message" : " messages") + " written to " +
                  PrintableLine(options.output) +
                  ". It is not sealed any more: whoever has the file can read it.");
  Json document = WithSync({{"file", options.output},
                            {"format", plan.format},
                            {"messages", exported.messages},
                            {"bytes", exported.bytes}},
                           sync);
  if (options.offline) document["synced"] = false;
  context.out.Document(std::move(document));
}

absl::Status RunExport(Context& context, const ExportOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(ExportPlan plan, PlanExport(options));
  return WithDevice(
      context,
      [&](Device& device) -> absl::Status {
        const bool offline = options.offline || device.reads_only();
        if (offline) device.AskNobody();
        const absl::Status sync = offline ? absl::OkStatus() : device.Sync(kBriefSyncMs).status();
        if (!sync.ok() && !IsAway(sync)) return sync;
        HOLDFAST_RETURN_IF_ERROR(FillHead(device, options, plan.head, plan.query));
        if (options.output != "-") {
          HOLDFAST_RETURN_IF_ERROR(MayReplace(context, device, options.output));
        }
        const HeldSignals held;  // what is begun and not finished is removed first
        const absl::StatusOr<Exported> exported = WriteExport(device, options, plan);
        if (exported.ok() && options.output != "-") {
          SayExported(context, options, plan, *exported, sync);
        }
        EndIfSignalled(context);
        return exported.status();
      },
      Reads::kImportedToo);
}

}  // namespace

Command ExportCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("export", "Take what was written along, as a file of your own");
  const auto options = std::make_shared<ExportOptions>();
  command->add_option("--output", options->output, "Where to; - is standard output")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--format", options->format,
                   "json, markdown, html or fhir; as the file's ending says unless given, else "
                   "json")
      ->check(CLI::IsMember({"json", "markdown", "html", "fhir"}))
      ->type_name("FORMAT");
  command
      ->add_option("--since", options->since,
                   "Written on this day or later: 2026-03-02, \"2 Mar\", \"2 weeks ago\"")
      ->type_name("DAY");
  command->add_option("--until", options->until, "Written on this day or before")->type_name("DAY");
  command->add_option("--bond", options->bond, "Only with this one: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  AddOffline(*command, options->offline);
  command->footer(
      "It is made on this device, from what this device has; the practice has no part in it.\n"
      "The file is not sealed: only your own user can read it, but whoever gets it can read all\n"
      "of it. markdown and html are for people, json for programs, and fhir is a FHIR R4 Bundle\n"
      "for another record: messages, forms and answers, and totals for a therapist. What was "
      "written\n"
      "with a newer version of Holdfast is there by its time alone. Nothing counts as opened by "
      "it.");
  return {command, [options](Context& context) { return RunExport(context, *options); }};
}

}  // namespace holdfast::client::cli
