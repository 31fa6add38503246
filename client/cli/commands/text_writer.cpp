// Words, in the person's editor or typed at the terminal.
#include <array>

#include "client/cli/commands/composing.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/terminal/edited_text.h"
#include "client/cli/terminal/held_signals.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/draft_words.h"
#include "client/cli/words/text.h"
#include "client/core/outside/limits.h"
#include "crypto/public/secret.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kMarkBytes = 3;
constexpr std::string_view kHowToType =
    "Write your message. Enter begins a new line; Ctrl-D ends it, and you see it once more before "
    "it is sent. Ctrl-C stops, and keeps it as a draft.";

std::string NewMark() {
  std::array<unsigned char, kMarkBytes> bytes{};
  crypto::FillRandom(bytes.data(), bytes.size());
  return ToHex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

class Text final : public Writer {
 public:
  Text(const Profile& profile, std::string answered)
      : profile_(profile), answered_(std::move(answered)) {}

  Typed::End Write(Draft& draft) override {
    problem_.clear();
    return EditorCommand().empty() ? Type(draft) : Edit(draft);
  }

  std::string Problem(const Draft& draft) override {
    const std::string text = TextOf(draft);
    if (!problem_.empty()) return problem_;
    const absl::Status fits = CheckFits(text, TextBytesMax(draft), "");
    return fits.ok() ? "" : AsSentence("it " + MessageOf(fits));
  }

  PrivateFile* file() override { return file_.get(); }
  void LetGoOfFile() override { file_.reset(); }

 private:
  Typed::End Type(Draft& draft) {
    const std::size_t columns = PromptColumns();
    const std::string quote = answered_.empty() ? "" : Quoted(answered_, "", columns) + "\n";
    const Typed typed = AskForText(
        quote + Fitted(kNoEmergencyService, columns) + "\n" + Fitted(kHowToType, columns) + "\n\n",
        TextOf(draft));
    SetText(draft, Trimmed(typed.text));
    return typed.end;
  }

  Typed::End Edit(Draft& draft) {
    const EditedText edited(NewMark(), std::string(kNoEmergencyService), Printable(answered_));
    auto made = PrivateFile::With(edited.FileWith(TextOf(draft)), profile_.folder());
    if (!made.ok()) {
      problem_ = AsSentence(MessageOf(made.status()));
      return Typed::End::kDone;
    }
    file_ = *std::move(made);  // the one before goes, now that its text is in this one
    const bool well = RunEditor(file_->path());
    Take(edited, draft);
    if (HeldSignals::noted() != 0) return Typed::End::kSignalled;
    if (!well) {
      problem_ = "The editor \"" + EditorCommand() + "\" did not end well, so nothing was sent.";
    }
    return Typed::End::kDone;
  }

  // What stands in the file now, as far as it can be read.
  void Take(const EditedText& edited, Draft& draft) {
    const auto file = ReadAll(file_->path().string(), limits::kDraftBytesMax, "message");
    if (!file.ok()) {
      problem_ = AsSentence(MessageOf(file.status())) +
                 " The file stays where it is: " + file_->path().string() + ".";
      file_->Leave();
      return;
    }
    const EditedText::Found found = edited.In(*file);
    SetText(draft, found.text);
    if (found.verdict != EditedText::Verdict::kGood) {
      problem_ =
          std::string(WhatIsWrong(found.verdict)) + " Look at it, so that nothing else goes out.";
    }
  }

  const Profile& profile_;
  const std::string answered_;
  std::string problem_;
  std::unique_ptr<PrivateFile> file_;
};

}  // namespace

std::unique_ptr<Writer> TextWriter(const Profile& profile, std::string answered) {
  return std::make_unique<Text>(profile, std::move(answered));
}

}  // namespace holdfast::client::cli
