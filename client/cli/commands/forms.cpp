// forms: which there are, bringing one in, and asking a client for one again and again.
#include <algorithm>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/form_choosing.h"
#include "client/cli/commands/form_showing.h"
#include "client/cli/commands/forms_asked.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/commands/reading.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/every_input.h"
#include "client/cli/words/form_json.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/forms/form_import.h"
#include "client/forms/limits.h"
#include "client/forms/shipped.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

struct FormsOptions {
  std::string form;
  std::string file;
  std::string bond;
  std::string every;
  bool offline = false;
  CLI::App* show = nullptr;
  CLI::App* import = nullptr;
  CLI::App* assign = nullptr;
  CLI::App* unassign = nullptr;
};

constexpr std::uint32_t kEveryDays = 7;  // of a form that says nothing of its period

std::string FormLine(const forms::Form& form) {
  std::string line = PrintableLine(form.name) + "  " + PrintableLine(form.title) + ", version " +
                     PrintableLine(form.version);
  if (form.recall_days != 0) line += "; asks about " + PeriodInWords(form.recall_days);
  return line;
}

std::string AskedLine(const Words& words, const AskedForm& asked) {
  const std::string title =
      asked.form ? PrintableLine(asked.form->title) : PrintableLine(asked.canonical);
  std::string line = title + ", " + EveryInWords(asked.every_days);
  if (!words.is_client()) line = words.Subject(asked.bond) + ": " + line;
  if (!asked.form) return line + "; this version of Holdfast cannot read it";
  line += asked.last_ms == 0 ? "; not answered yet" : "; answered " + words.Day(asked.last_ms);
  if (asked.last_ms != 0) line += ", asked again from " + words.Day(asked.due_ms);
  return line;
}

Json AskedJson(const AskedForm& asked) {
  return {{"bond", asked.bond.hex()},
          {"canonical", asked.canonical},
          {"name", asked.form ? Json(asked.form->name) : Json(nullptr)},
          {"every_days", asked.every_days},
          {"asked_at", TimeJson(asked.asked_ms)},
          {"last_at", TimeJson(asked.last_ms)},
          {"due_at", TimeJson(asked.due_ms)}};
}

absl::StatusOr<Reading> LookAtForms(Device& device, const FormsOptions& options) {
  std::optional<BondId> bond;
  if (!options.bond.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondView meant, device.Bond(options.bond));
    bond = meant.id;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, device.forms());
  HOLDFAST_ASSIGN_OR_RETURN(const auto asked, AskedForms(device, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  Reading reading;
  Json listed = Json::array(), asks = Json::array();
  reading.Add("Forms that are here:");
  for (const auto* group : {&forms::ShippedForms(), &known}) {
    for (const forms::FormRef& form : *group) {
      const bool is_twice = group == &known && forms::ShippedByHash(form->hash) != nullptr;
      if (is_twice) continue;
      reading.Add("  " + FormLine(*form));
      listed.push_back(FormJson(*form));
    }
  }
  if (!asked.empty()) reading.Add(words.is_client() ? "\nAsked of you:" : "\nAsked for by you:");
  for (const AskedForm& one : asked) {
    reading.Add("  " + AskedLine(words, one));
    asks.push_back(AskedJson(one));
  }
  reading.document = {{"forms", listed}, {"asked", asks}};
  return reading;
}

// One url and version name one wording, for good.
absl::Status CheckIsNew(const forms::Form& form, const std::vector<forms::FormRef>& known) {
  for (const auto* group : {&known, &forms::ShippedForms()}) {
    for (const forms::FormRef& other : *group) {
      if (other->Canonical() != form.Canonical() || other->hash == form.hash) continue;
      return Refuse(Reason::kUsage, "version",
                    "is that of a form that is here with other words (" + form.Canonical() +
                        "); give this one another version, so that old answers keep their meaning");
    }
  }
  return absl::OkStatus();
}

absl::Status ImportForm(Context& context, const FormsOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::string bytes,
                            ReadAll(options.file, forms::limits::kFileBytesMax, "FILE"));
  const auto form = forms::ParseForm(bytes);
  if (!form.ok()) {
    return Refuse(Reason::kUsage, FieldOf(form.status()),
                  MessageOf(form.status()) + ". Nothing was imported");
  }
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, device.forms());
    HOLDFAST_RETURN_IF_ERROR(CheckIsNew(**form, known));
    HOLDFAST_RETURN_IF_ERROR(device.engine().KeepForm((*form)->canonical));
    context.has_acted = true;
    context.out.Say("Imported: " + FormLine(**form) +
                    ".\nIt is on this device; your others learn it when you assign it. Whether you "
                    "are licensed to use it is yours to know.");
    context.out.Document({{"form", FormJson(**form)}});
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::FormAssignment> AssignmentOf(const FormsOptions& options,
                                                const forms::Form& form) {
  v1::FormAssignment assignment;
  assignment.set_canonical(form.Canonical());
  if (options.unassign->parsed()) return assignment;
  std::uint32_t days = std::max(form.recall_days, std::uint32_t{1});
  if (form.recall_days == 0) days = kEveryDays;
  if (!options.every.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(days, ParseEvery(options.every));
  }
  if (days < form.recall_days) {
    return Refuse(
        Reason::kUsage, "--every",
        "is more often than the form allows: it asks about " + PeriodInWords(form.recall_days));
  }
  assignment.set_form(form.canonical);
  assignment.set_every_days(days);
  return assignment;
}

absl::Status AssignForm(Context& context, const FormsOptions& options) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    if (device.engine().identity().role != crypto::Role::kTherapist) {
      return Refuse(Reason::kUsage, "",
                    "a therapist assigns a form; to fill one in, use \"holdfast checkin\"");
    }
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, device.forms());
    HOLDFAST_ASSIGN_OR_RETURN(const forms::FormRef form, FormMeant(options.form, known));
    auto content = std::make_shared<v1::Content>();
    HOLDFAST_ASSIGN_OR_RETURN(*content->mutable_form_assignment(), AssignmentOf(options, *form));
    if (options.unassign->parsed()) {
      HOLDFAST_ASSIGN_OR_RETURN(const auto asked, AskedForms(device, bond.id));
      const bool is_asked = std::ranges::any_of(
          asked, [&](const AskedForm& one) { return one.form && one.form->url == form->url; });
      if (!is_asked) return Refuse(Reason::kUsage, "FORM", "is not asked for in this bond");
    }
    Draft draft;
    draft.bond = bond.id;
    draft.kind = Kind::kNote;
    draft.content = std::move(content);
    return SendNow(context, device, draft);
  });
}

absl::Status RunForms(Context& context, const FormsOptions& options) {
  if (options.show->parsed()) return ShowNamedForm(context, options.form);
  if (options.import->parsed()) return ImportForm(context, options);
  if (options.assign->parsed() || options.unassign->parsed()) {
    if (!options.every.empty()) HOLDFAST_RETURN_IF_ERROR(ParseEvery(options.every).status());
    return AssignForm(context, options);
  }
  return WithDevice(context, [&](Device& device) {
    return ShowReading(context, device, options.offline,
                       [&](Asking, const absl::Status&) { return LookAtForms(device, options); });
  });
}

}  // namespace

Command FormsCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("forms", "Questionnaires: see them, bring one in, ask for one");
  const auto options = std::make_shared<FormsOptions>();
  command->require_subcommand(0, 1);
  command->fallthrough();
  CLI::App* const list = command->add_subcommand(
      "list", "Which there are and which are asked for (also without a word)");
  options->show = command->add_subcommand("show", "The questions of one");
  options->import =
      command->add_subcommand("import", "Bring in a FHIR R4 Questionnaire, whole or not at all");
  options->import->add_option("FILE", options->file, "- is standard input")->required();
  options->assign = command->add_subcommand("assign", "Ask a client for a form, again and again");
  options->unassign = command->add_subcommand("unassign", "Ask for it no more");
  for (CLI::App* const one : {options->show, options->assign, options->unassign}) {
    one->add_option("FORM", options->form, "Its name, or the first digits of its hash")->required();
  }
  options->assign
      ->add_option("--every", options->every,
                   "How often: 1w, 14d; no more often than the days that it asks about, which it "
                   "is unless you say otherwise")
      ->type_name("SPAN");
  for (CLI::App* const one : {list, options->assign, options->unassign}) {
    one->add_option("--bond", options->bond, "Whom, where there are several: a label or an id")
        ->check(Who())
        ->type_name("WHO");
  }
  AddOffline(*command, options->offline);
  command->footer(
      "A form travels sealed, in a message of yours: the practice sees neither form nor answers. "
      "It is offered to your client with \"holdfast checkin\", and nobody is reminded of it. What "
      "is not supported in a form is refused by its name; client/forms/README.md says what is.");
  return {command, [options](Context& context) { return RunForms(context, *options); }};
}

}  // namespace holdfast::client::cli
