// checkin: the weekly form, asked for or from a file.
#include <memory>
#include <optional>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/checkin_questions.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/commands/ruptures.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/cli/words/words.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kAnswersJsonBytesMax = std::size_t{64} * 1024;

struct CheckinOptions {
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

absl::StatusOr<v1::CheckIn> FromOptions(const CheckinOptions& options) {
  FormInput input;
  if (!options.answers.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(const std::string json,
                              ReadAll(options.answers, kAnswersJsonBytesMax, "--answers"));
    auto answers = ParseAnswers(json);
    if (!answers.ok()) return OfAnswers(answers.status());
    input = *std::move(answers);
  }
  if (options.need.empty()) {
    return Refuse(Reason::kUsage, "--need",
                  "say what you would like to come of it: reply, witness, none or session");
  }
  auto filled = FillForm(WeeklyCheckIn(), input);
  if (!filled.ok()) return OfAnswers(filled.status());
  v1::CheckIn check_in = *std::move(filled);
  if (options.note) {
    check_in.set_note(Trimmed(*options.note));
    HOLDFAST_RETURN_IF_ERROR(CheckFits(check_in.note(), limits::kTextBytesMax, "--note"));
  }
  check_in.set_need(NeedNamed(options.need));
  return check_in;
}

// The questions as --answers names them; needs no profile.
absl::Status ShowCheckinForm(Context& context) {
  const Form& form = WeeklyCheckIn();
  std::string text = std::string(form.title) + "\n\n";
  for (const FormItem& item : form.items) {
    text += std::string(item.link_id) + "\n    " + std::string(item.text) + "\n";
  }
  text += "\nAnswers, by number, code or words:\n";
  for (std::size_t i = 0; i < form.choices.size(); ++i) {
    text += "  " + std::to_string(i + 1) + "  " + std::string(form.choices[i].code) + "  (" +
            std::string(form.choices[i].text) + ")\n";
  }
  context.out.Say(Trimmed(text));
  context.out.Document({{"form", FormJson(form)}});
  return absl::OkStatus();
}

absl::Status RunCheckin(Context& context, const CheckinOptions& options) {
  if (options.form) return ShowCheckinForm(context);
  const bool asks = options.answers.empty() && AsksPeople(context);
  v1::CheckIn check_in;
  if (asks && options.note) {
    HOLDFAST_RETURN_IF_ERROR(CheckFits(Trimmed(*options.note), limits::kTextBytesMax, "--note"));
  }
  if (!asks) {
    HOLDFAST_ASSIGN_OR_RETURN(check_in, FromOptions(options));
  }
  return WithDevice(context, [&](Device& device) -> absl::Status {
    if (device.engine().identity().role != crypto::Role::kClient) {
      return Refuse(Reason::kUsage, "",
                    "a check-in is what a client writes; for a message use \"holdfast send\"");
    }
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
    Draft draft;
    draft.bond = bond.id;
    draft.kind = Kind::kCheckIn;
    if (asks) {
      HOLDFAST_RETURN_IF_ERROR(CheckCanBeSent(device.engine(), draft));
      HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
      HOLDFAST_RETURN_IF_ERROR(AskAboutRuptures(context, device, words, bond.id));
      const auto writer = CheckInWriter(WeeklyCheckIn(), options.note, NeedNamed(options.need));
      return WriteAndSend(context, device, std::move(draft), *writer);
    }
    auto content = std::make_shared<v1::Content>();
    *content->mutable_check_in() = check_in;
    draft.content = std::move(content);
    return SendNow(context, device, draft);
  });
}

}  // namespace

Command CheckinCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("checkin", "Say how the week was");
  const auto options = std::make_shared<CheckinOptions>();
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
