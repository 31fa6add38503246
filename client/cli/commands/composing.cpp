#include "client/cli/commands/composing.h"

#include <algorithm>
#include <iostream>
#include <optional>

#include "client/cli/commands/outgoing.h"
#include "client/cli/terminal/held_signals.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/draft_words.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "client/forms/shipped.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Turns of writing and looking at it once more, before it is kept by itself.
constexpr int kRoundsMax = 100;
// Answers that make no sense before the draft is kept.
constexpr int kChoiceTriesMax = 20;

enum class Choice { kSend, kEdit, kKeep, kDrop };

void Tell(std::string_view text) {
  std::cerr << Fitted(text, std::min(ErrorColumns(), std::size_t{88})) << std::endl;
}

std::optional<Choice> ChoiceIn(const std::string& answer, bool can_send) {
  if (answer.empty()) return can_send ? Choice::kSend : Choice::kKeep;
  if (answer == "e") return Choice::kEdit;
  if (answer == "k") return Choice::kKeep;
  if (answer == "q") return Choice::kDrop;
  return std::nullopt;
}

Choice AskChoice(bool can_send) {
  const std::string question =
      can_send ? "Enter sends it; e changes it, k keeps it as a draft, q drops it: "
               : "e changes it; Enter keeps it as a draft, q drops it: ";
  for (int i = 0; i < kChoiceTriesMax; ++i) {
    const Typed typed = AskForDecision(question);
    if (typed.end != Typed::End::kDone) return Choice::kKeep;
    // Nobody answers and types on in the same moment: what does is a paste.
    const bool pasted = DropTypedAhead();
    const auto choice = ChoiceIn(PlainWords(typed.text), can_send);
    if (choice && !pasted) return *choice;
    Tell(can_send ? "Enter alone, or one of the letters e, k and q."
                  : "One of the letters e, k and q, or Enter alone.");
  }
  return Choice::kKeep;
}

Choice WriteUntilDecided(const Words& words, Draft& draft, Writer& writer) {
  for (int round = 0; round < kRoundsMax; ++round) {
    const Typed::End end = writer.Write(draft);
    if (end == Typed::End::kSignalled) return Choice::kKeep;
    const std::string problem = writer.Problem(draft);
    if (!HasSomething(draft) && !problem.empty()) Tell(problem);
    const bool may_send = problem.empty() && end == Typed::End::kDone;
    if (!HasSomething(draft) && !(writer.may_be_empty() && may_send)) return Choice::kKeep;
    std::cerr << "\n" << Preview(words, draft, PromptColumns()) << "\n";
    if (!problem.empty()) Tell(problem);
    const Choice choice = AskChoice(problem.empty());
    if (choice != Choice::kEdit) return choice;
  }
  return Choice::kKeep;
}

bool ServesTheSame(const Draft& a, const Draft& b) {
  return a.bond == b.bond && a.kind == b.kind && a.reply_to == b.reply_to &&
         a.release == b.release && a.replaces == b.replaces;
}

// The newest draft for the same purpose.
absl::StatusOr<std::optional<KeptDraft>> Waiting(Engine& engine, const Draft& draft) {
  std::optional<KeptDraft> waiting;
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<KeptDraft> drafts, engine.Drafts());
  for (KeptDraft& kept : drafts) {
    if (ServesTheSame(kept.draft, draft)) waiting = std::move(kept);
  }
  return waiting;
}

// False where the person, or a signal, ends it here.
bool OfferDraft(const Words& words, const KeptDraft& waiting, Draft& draft) {
  std::cerr << "A draft waits here:\n\n" << DraftInWords(words, waiting, PromptColumns()) << "\n";
  for (int i = 0; i < kChoiceTriesMax; ++i) {
    const Typed typed = AskForLine("Enter goes on with it; n begins anew, and the draft stays: ");
    if (typed.end != Typed::End::kDone) return false;
    const std::string answer = PlainWords(typed.text);
    if (answer.empty()) draft = waiting.draft;
    if (answer.empty() || answer == "n") return true;
    Tell("Enter alone, or the letter n. Ctrl-D leaves it all as it is.");
  }
  return false;
}

void SayKept(const DraftId& id) {
  Tell(
      "It is kept as a draft, sealed on this device, and nothing was sent. To go on: holdfast "
      "drafts resume " +
      ShortId(id));
}

// Words about what landed badly go with the mark.
absl::Status SendMark(Context& context, Device& device, const Draft& draft, Writer& writer) {
  Engine& engine = device.engine();
  absl::Status done = engine.MarkRupture(*draft.reply_to, TextOf(draft));
  if (!done.ok()) {
    KeepWritten(context, device, draft, writer.file());
    return done;
  }
  if (draft.kept) HOLDFAST_RETURN_IF_ERROR(engine.DropDraft(*draft.kept));
  // Nobody is asked now: see landed.cpp.
  context.out.Say("Your words are with the mark now.");
  return absl::OkStatus();
}

absl::Status SendWritten(Context& context, Device& device, const Draft& draft, Writer& writer) {
  if (draft.kind == Kind::kControl) return SendMark(context, device, draft, writer);
  Engine& engine = device.engine();
  // Whoever answers has read it.
  const absl::Status read =
      draft.kind == Kind::kReply ? engine.MarkOpened(*draft.reply_to) : absl::OkStatus();
  const absl::StatusOr<EnvelopeId> id = read.ok() ? engine.Write(draft) : read;
  if (!id.ok()) {
    KeepWritten(context, device, draft, writer.file());
    return id.status();
  }
  writer.LetGoOfFile();
  return SyncAndSay(context, device, *id);
}

absl::Status KeepOrSayNothing(Context& context, Device& device, const Draft& draft,
                              Writer& writer) {
  if (HasSomething(draft)) {
    KeepWritten(context, device, draft, writer.file());
    return absl::OkStatus();
  }
  if (HeldSignals::noted() != 0) {
    Tell("Nothing was written, and nothing was sent.");
    return absl::OkStatus();
  }
  return Refuse(Reason::kUsage, "text", "there is nothing written, so nothing was sent");
}

absl::Status DropWritten(Device& device, const Draft& draft) {
  if (draft.kept) HOLDFAST_RETURN_IF_ERROR(device.engine().DropDraft(*draft.kept));
  Tell("Dropped, and nothing was sent.");
  return absl::OkStatus();
}

}  // namespace

void SayLeftFiles(const Context& context) {
  for (const auto& file : PrivateFile::Left(context.profile.folder())) {
    context.out.Aside("Something that you wrote, and that was neither sent nor sealed, is in " +
                      file.string() + ". Copy what you need of it, and remove the file.");
  }
}

void KeepInFile(const Profile& profile, const Draft& draft, PrivateFile* file,
                const absl::Status& why) {
  std::unique_ptr<PrivateFile> own;
  if (file == nullptr) {
    auto made = PrivateFile::With(WholeText(draft) + "\n", profile.folder());
    if (made.ok()) own = *std::move(made);
    file = own.get();
  }
  if (file == nullptr) {
    // The last resort: where it was written, on the screen.
    std::cerr << "\n" << WholeText(draft) << "\n\n";
    Tell("It could not be kept (" + MessageOf(why) +
         "), and nothing was sent. Above is what you wrote; copy it before you close this window.");
    return;
  }
  file->Leave();
  Tell("It could not be sealed as a draft: " + FailureInWords(why) +
       " Nothing was sent. What you wrote is in " + file->path().string() +
       ", which only you can read. Copy it soon: it may be gone when you log out.");
}

void KeepWritten(Context& context, Device& device, const Draft& draft, PrivateFile* file) {
  const auto id = device.engine().KeepDraft(draft);
  if (id.ok()) {
    SayKept(*id);
  } else {
    KeepInFile(context.profile, draft, file, id.status());
  }
}

absl::Status CheckCanBeSent(Engine& engine, const Draft& draft) {
  Draft as_if = draft;
  as_if.content = nullptr;
  if (draft.kind == Kind::kCheckIn) {
    auto content = std::make_shared<v1::Content>();
    *content->mutable_check_in() = BlankCheckIn(*forms::WeeklyForm());
    content->mutable_check_in()->set_need(v1::NEED_NONE);
    as_if.content = std::move(content);
  } else {
    SetText(as_if, "-");
  }
  return engine.Rehearse([&](Engine& rehearsing) {
    return draft.kind == Kind::kControl ? rehearsing.MarkRupture(*draft.reply_to, "")
                                        : rehearsing.Write(as_if).status();
  });
}

absl::Status WriteAndSend(Context& context, Device& device, Draft draft, Writer& writer) {
  HOLDFAST_RETURN_IF_ERROR(CheckCanBeSent(device.engine(), draft));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  SayLeftFiles(context);
  std::optional<KeptDraft> waiting;
  if (!draft.kept) {
    HOLDFAST_ASSIGN_OR_RETURN(waiting, Waiting(device.engine(), draft));
  }
  const HeldSignals held;
  Choice choice = Choice::kKeep;
  bool begun = true;
  const absl::Status open = device.WithoutVault([&] {
    begun = !waiting || OfferDraft(words, *waiting, draft);
    if (begun) choice = WriteUntilDecided(words, draft, writer);
  });
  absl::Status status = open;
  if (!begun) {
    Tell("Nothing was sent; the draft stays.");
  } else if (!open.ok()) {
    const bool keeps = choice != Choice::kDrop && HasSomething(draft);
    if (keeps) KeepInFile(context.profile, draft, writer.file(), open);
  } else if (choice == Choice::kSend) {
    status = SendWritten(context, device, draft, writer);
  } else if (choice == Choice::kDrop) {
    status = DropWritten(device, draft);
  } else {
    status = KeepOrSayNothing(context, device, draft, writer);
  }
  writer.LetGoOfFile();
  if (HeldSignals::noted() != 0) EndBy(HeldSignals::noted());
  return status;
}

}  // namespace holdfast::client::cli
