// drafts: what was written and not sent.
#include <memory>

#include "absl/strings/ascii.h"
#include "client/cli/commands/arguments.h"
#include "client/cli/commands/checkin_questions.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/composing.h"
#include "client/cli/commands/form_choosing.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/draft_words.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct DraftsOptions {
  CLI::App* show = nullptr;
  CLI::App* resume = nullptr;
  CLI::App* drop = nullptr;
  std::string id;

  bool named() const { return show->parsed() || resume->parsed() || drop->parsed(); }
};

absl::Status NoSuchDraft() {
  return Refuse(Reason::kUsage, "ID", "names no draft; \"holdfast drafts\" lists them");
}

absl::StatusOr<KeptDraft> FindDraft(Engine& engine, const std::string& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<KeptDraft> drafts, engine.Drafts());
  std::vector<KeptDraft> found;
  for (const KeptDraft& kept : drafts) {
    if (kept.draft.kept->hex().starts_with(absl::AsciiStrToLower(id))) found.push_back(kept);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) return NoSuchDraft();
  return Refuse(Reason::kUsage, "ID", "names several drafts; write more of its digits");
}

absl::Status ListDrafts(Context& context, Device& device) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<KeptDraft> drafts, device.engine().Drafts());
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  SayLeftFiles(context);
  Json documents = Json::array();
  std::string text;
  for (const KeptDraft& kept : drafts) {
    text += DraftInWords(words, kept, OutputColumns()) + "\n";
    documents.push_back(DraftJson(kept));
  }
  context.out.Say(drafts.empty() ? "No drafts: all that was written was sent or dropped."
                                 : text +
                                       "To go on: holdfast drafts resume ID. To drop one: "
                                       "holdfast drafts drop ID.");
  context.out.Document({{"drafts", documents}});
  return absl::OkStatus();
}

absl::Status ShowDraft(Context& context, Device& device, const KeptDraft& kept) {
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  context.out.Say("Kept " + words.Time(kept.kept_at_ms) + ", and not sent.\n" +
                  Preview(words, kept.draft, OutputColumns()) +
                  "To go on: holdfast drafts resume " + ShortId(*kept.draft.kept));
  context.out.Document({{"draft", DraftJson(kept)}});
  return absl::OkStatus();
}

absl::Status DropKept(Context& context, Device& device, const KeptDraft& kept) {
  HOLDFAST_RETURN_IF_ERROR(device.engine().DropDraft(*kept.draft.kept));
  context.out.Say("Dropped; nothing of it is left on this device.");
  context.has_acted = true;
  context.out.Document({{"dropped", kept.draft.kept->hex()}});
  return absl::OkStatus();
}

absl::Status ResumeKept(Context& context, Device& device, const KeptDraft& kept) {
  const Draft& draft = kept.draft;
  if (draft.kind == Kind::kCheckIn) {
    HOLDFAST_ASSIGN_OR_RETURN(CheckInAsked asked, AskedHere(context, device));
    const auto writer = CheckInWriter(std::move(asked), std::nullopt, v1::NEED_UNSPECIFIED);
    return WriteAndSend(context, device, draft, *writer);
  }
  std::string answered;
  if (draft.release.when == ReleaseWhen::kNow && draft.reply_to) {
    const auto original = device.engine().Message(draft.reply_to->hex());
    if (original.ok()) answered = TextOf(*original);
  }
  const auto writer = TextWriter(context.profile, answered);
  return WriteAndSend(context, device, draft, *writer);
}

absl::Status CheckDraftsOptions(const Context& context, const DraftsOptions& options) {
  if (!options.named()) return absl::OkStatus();
  if (!CheckMessagePrefix(options.id).ok()) return NoSuchDraft();
  if (!options.resume->parsed() || AsksPeople(context)) return absl::OkStatus();
  return Refuse(Reason::kUsage, "resume", "goes on with a draft at a terminal, where it can ask");
}

absl::Status RunDrafts(Context& context, const DraftsOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckDraftsOptions(context, options));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    if (!options.named()) return ListDrafts(context, device);
    HOLDFAST_ASSIGN_OR_RETURN(const KeptDraft kept, FindDraft(device.engine(), options.id));
    if (options.resume->parsed()) return ResumeKept(context, device, kept);
    return options.drop->parsed() ? DropKept(context, device, kept)
                                  : ShowDraft(context, device, kept);
  });
}

}  // namespace

Command DraftsCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("drafts", "What was written and not sent: see it, go on, drop it");
  const auto options = std::make_shared<DraftsOptions>();
  command->require_subcommand(0, 1);
  command->fallthrough();
  command->add_subcommand("list", "All of them, the oldest first (also without a word)");
  options->show = command->add_subcommand("show", "One of them whole");
  options->resume = command->add_subcommand("resume", "Go on writing, and send it");
  options->drop = command->add_subcommand("drop", "Remove one for good");
  for (CLI::App* const one : {options->show, options->resume, options->drop}) {
    one->add_option("ID", options->id, "The draft; the first 4 digits of its id or more")
        ->required();
  }
  command->footer(
      "A text that was refused, left or cut off becomes a draft, sealed so that only\nyour own "
      "devices can read it. The\n"
      "next \"send\" or \"checkin\" to the same person, or \"reply\" to the same message, offers\n"
      "it.");
  return {command, [options](Context& context) { return RunDrafts(context, *options); }};
}

}  // namespace holdfast::client::cli
