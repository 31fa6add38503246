#include "client/cli/commands/ruptures.h"

#include <iostream>

#include "client/cli/commands/composing.h"
#include "client/cli/terminal/held_signals.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/draft_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/rupture_words.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Words that the practice's form of a mark cannot hold are asked for again.
constexpr int kMarkTriesMax = 3;

// Words for the mark that are not with the practice yet.
Draft WordsFor(const ShownRupture& rupture, const std::string& text) {
  Draft draft;
  draft.bond = rupture.mark.bond;
  draft.kind = Kind::kControl;
  draft.reply_to = rupture.mark.message;
  SetText(draft, text);
  return draft;
}

constexpr std::string_view kClosed = "closed";

absl::Status AskAbout(Context& context, Device& device, const Words& words,
                      const ShownRupture& rupture) {
  const HeldSignals held;
  std::string before;
  for (int tries = 1;; ++tries) {
    Typed typed;
    const absl::Status open = device.WithoutVault([&] {
      if (tries == 1) {
        std::cerr << Fitted(RuptureQuestion(words, rupture.mark,
                                            rupture.message ? &*rupture.message : nullptr),
                            PromptColumns())
                  << "\n";
      }
      typed = AskForLine("  > ", before);
    });
    const std::string answer = Trimmed(typed.text);
    const bool has_words = !answer.empty() && answer != kClosed;
    if (!open.ok() && has_words) {
      KeepInFile(context.profile, WordsFor(rupture, answer), nullptr, open);
    }
    // Left by a signal, or by a terminal that is gone: nobody said yes to these words.
    const bool is_left = typed.end != Typed::End::kDone;
    if (is_left && open.ok() && has_words) {
      KeepWritten(context, device, WordsFor(rupture, answer), nullptr);
    }
    if (is_left && HeldSignals::noted() != 0) EndBy(HeldSignals::noted());
    HOLDFAST_RETURN_IF_ERROR(open);
    if (is_left || answer.empty()) return absl::OkStatus();
    const absl::Status done = answer == kClosed
                                  ? device.engine().CloseRupture(rupture.mark.message)
                                  : device.engine().MarkRupture(rupture.mark.message, answer);
    const Reason reason = ReasonOf(done);
    const bool again = reason == Reason::kTooLarge || reason == Reason::kMalformedField;
    const bool over = done.ok() || !again || tries == kMarkTriesMax;
    if (!done.ok() && over && has_words) {
      KeepWritten(context, device, WordsFor(rupture, answer), nullptr);
    }
    // One that came while it was written down.
    if (over && HeldSignals::noted() != 0) EndBy(HeldSignals::noted());
    if (over) return done;
    std::cerr << Fitted(FailureInWords(done), PromptColumns()) << "\n";
    before = answer;
  }
}

}  // namespace

absl::StatusOr<std::vector<ShownRupture>> OpenRuptures(Engine& engine,
                                                       const std::optional<BondId>& bond) {
  return engine.ShownRuptures(bond);
}

absl::Status AskAboutRuptures(Context& context, Device& device, const Words& words,
                              const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto open, OpenRuptures(device.engine(), bond));
  for (std::size_t i = 0; i < open.size() && i < kRupturesAskedMax; ++i) {
    HOLDFAST_RETURN_IF_ERROR(AskAbout(context, device, words, open[i]));
    std::cerr << "\n";
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client::cli
