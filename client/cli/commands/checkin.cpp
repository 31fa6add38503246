// checkin: a form, asked for at the terminal or from a file.
#include <memory>
#include <optional>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/checkin_questions.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/form_choosing.h"
#include "client/cli/commands/form_offering.h"
#include "client/cli/commands/form_showing.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/commands/ruptures.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/text.h"
#include "client/cli/words/words.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

struct CheckinOptions {
  std::string form_name;
  std::string answers;
  std::optional<std::string> note;
  std::string need;
  std::string bond;
  bool form = false;
};

// What is wrong in the file of answers, by the name of the item.
absl::Status OfAnswers(const absl::Status& status) {
  constexpr std::string_view kPrefix = "answers.";
  const std::string field = FieldOf(status);
  const std::string item = field.starts_with(kPrefix) ? field.substr(kPrefix.size()) + " " : "";
  return Refuse(Reason::kUsage, "--answers", item + MessageOf(status));
}

absl::StatusOr<forms::GivenAnswers> GivenIn(const CheckinOptions& options) {
  if (options.answers.empty()) return forms::GivenAnswers();
  HOLDFAST_ASSIGN_OR_RETURN(const std::string json,
                            ReadAll(options.answers, kAnswersJsonBytesMax, "--answers"));
  auto given = ParseAnswers(json);
  if (!given.ok()) return OfAnswers(given.status());
  return given;
}

absl::Status CheckGiven(const CheckinOptions& options) {
  if (options.need.empty()) {
    return Refuse(Reason::kUsage, "--need",
                  "say what you would like to come of it: reply, witness, none or session");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::CheckIn> Filled(const forms::Form& form, const forms::GivenAnswers& given,
                                   const CheckinOptions& options) {
  const auto answers = forms::FillForm(form, given);
  if (!answers.ok()) return OfAnswers(answers.status());
  v1::CheckIn check_in = BlankCheckIn(form);
  PutAnswers(form, *answers, check_in);
  if (options.note) {
    check_in.set_note(Trimmed(*options.note));
    HOLDFAST_RETURN_IF_ERROR(CheckFits(check_in.note(), limits::kTextBytesMax, "--note"));
  }
  check_in.set_need(NeedNamed(options.need));
  return check_in;
}

absl::Status SendFilled(Context& context, Device& device, const BondId& bond,
                        const CheckInAsked& asked, v1::CheckIn check_in) {
  // Before anything is sent, whoever reads along.
  if (check_in.risk_size() > 0) context.out.Aside(asked.how.what_to_do);
  Draft draft;
  draft.bond = bond;
  draft.kind = Kind::kCheckIn;
  auto content = std::make_shared<v1::Content>();
  *content->mutable_check_in() = std::move(check_in);
  draft.content = std::move(content);
  return SendNow(context, device, draft);
}

// What can be told before the passphrase is asked for.
absl::Status CheckOptions(const CheckinOptions& options, const forms::GivenAnswers& given) {
  HOLDFAST_RETURN_IF_ERROR(CheckGiven(options));
  const auto shipped = FormMeant(options.form_name, {});
  return shipped.ok() ? Filled(**shipped, given, options).status() : absl::OkStatus();
}

absl::Status RunCheckin(Context& context, const CheckinOptions& options) {
  if (options.form) return ShowNamedForm(context, options.form_name);
  const bool asks = options.answers.empty() && AsksPeople(context);
  forms::GivenAnswers given;
  if (asks && options.note) {
    HOLDFAST_RETURN_IF_ERROR(CheckFits(Trimmed(*options.note), limits::kTextBytesMax, "--note"));
  }
  if (!asks) {
    HOLDFAST_ASSIGN_OR_RETURN(given, GivenIn(options));
    HOLDFAST_RETURN_IF_ERROR(CheckOptions(options, given));
  }
  return WithDevice(context, [&](Device& device) -> absl::Status {
    if (device.engine().identity().role != crypto::Role::kClient) {
      return Refuse(Reason::kUsage, "",
                    "a check-in is what a client writes; for a message use \"holdfast send\"");
    }
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, device.forms());
    HOLDFAST_ASSIGN_OR_RETURN(forms::FormRef form, FormMeant(options.form_name, known));
    if (asks && options.form_name.empty()) {
      HOLDFAST_ASSIGN_OR_RETURN(form, OfferForms(device, bond.id));
    }
    HOLDFAST_ASSIGN_OR_RETURN(CheckInAsked asked, AskedHere(context, device, std::move(form)));
    HOLDFAST_RETURN_IF_ERROR(AskInItsTime(device, bond.id, asked));
    if (!asks) {
      HOLDFAST_ASSIGN_OR_RETURN(v1::CheckIn check_in, Filled(*asked.form, given, options));
      return SendFilled(context, device, bond.id, asked, std::move(check_in));
    }
    Draft draft;
    draft.bond = bond.id;
    draft.kind = Kind::kCheckIn;
    HOLDFAST_RETURN_IF_ERROR(CheckCanBeSent(device.engine(), draft));
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    HOLDFAST_RETURN_IF_ERROR(AskAboutRuptures(context, device, words, bond.id));
    const auto writer = CheckInWriter(std::move(asked), options.note, NeedNamed(options.need));
    return WriteAndSend(context, device, std::move(draft), *writer);
  });
}

}  // namespace

Command CheckinCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("checkin", "Say how the week was");
  const auto options = std::make_shared<CheckinOptions>();
  command
      ->add_option("FORM", options->form_name,
                   "Which form; the weekly one unless you say otherwise (\"phq-9\", \"phq-2\", "
                   "\"gad-7\", \"k6\", or one that you were given)")
      ->type_name("");
  command
      ->add_option("--answers", options->answers,
                   "Answers as a JSON object from a file, {} for none; - is standard input")
      ->type_name("FILE");
  command->add_option("--note", options->note, "In your own words. " + std::string(kWhoSeesText))
      ->type_name("TEXT");
  command->add_option("--need", options->need, "What you would like to come of it")
      ->check(CLI::IsMember({"reply", "witness", "none", "session"}))
      ->type_name("reply|witness|none|session");
  command->add_option("--bond", options->bond, "To whom, where there are several: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  command->add_flag("--form", options->form,
                    "Show the questions, with their names for --answers; nothing is sent");
  command->footer(
      "Without --answers it asks, and everything can be left out. With --json, or without a "
      "terminal, it asks nothing, and --need says what you would like to come of it.\n\n" +
      std::string(kNoEmergencyService));
  return {command, [options](Context& context) { return RunCheckin(context, *options); }};
}

}  // namespace holdfast::client::cli
